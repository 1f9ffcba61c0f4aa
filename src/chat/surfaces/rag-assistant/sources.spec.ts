import type { Source } from '../../../agents/agent.js';
import { toSources } from './sources.js';

const source = (title: string, metadata: Source['metadata'] = {}, text = 'some text'): Source => ({
  source: '/attachments/1/raw',
  title,
  text,
  score: 1,
  metadata,
});
const titlesOf = (sources: Source[]) => toSources(sources, '').map(({ title }) => title);

describe('sources as clients list them', () => {
  it('keep the name of a file that is there once', () => {
    expect(titlesOf([source('a.pdf', { page: 3 }), source('b.md', { heading: 'Fees' })])).toEqual([
      'a.pdf',
      'b.md',
    ]);
  });

  it('distinguish passages of one file by page or heading, else by number', () => {
    const all = [
      source('a.pdf', { page: 3, heading: 'Fees' }),
      source('a.pdf', { page: 4 }),
      source('a.pdf', { page: 4 }),
      source('b.md', { heading: 'Fees' }),
      source('b.md', { heading: null }),
      source('b.md'),
      source('b.md (2)'),
    ];
    expect(titlesOf(all)).toEqual([
      'a.pdf, page 3',
      'a.pdf, page 4',
      'a.pdf, page 4 (2)',
      'b.md, Fees',
      'b.md',
      'b.md (2)',
      'b.md (2) (2)',
    ]);
  });

  it.each([
    ['if a<b and 1 < 2', 'if a&lt;b and 1 < 2'],
    ['<script>alert(1)</script>', '&lt;script>alert(1)&lt;/script>'],
    ['![x](https://evil.example/p.png)', '![x] (https://evil.example/p.png)'],
    ['arr[7] (the last)', 'arr[7] (the last)'],
  ])('hold no live markup: %j', (text, shown) => {
    expect(toSources([source('a', {}, text)], '')[0]!.text).toBe(shown);
  });

  it('are relative to the public address', () => {
    expect(toSources([source('a')], 'https://example.com/ai')[0]!.source).toBe(
      'https://example.com/ai/attachments/1/raw',
    );
  });
});

import fc from 'fast-check';
import { chunkDocument, MAX, type TextChunk } from './chunker.js';
import type { Block, ParsedDocument } from './parsers/parsed-document.js';

type Part = Omit<Block, 'start' | 'end'> & { text: string };

/** A document whose blocks have these texts, with blank lines between them. */
function documentOf(parts: readonly Part[]): ParsedDocument {
  let text = '';
  const blocks = parts.map(({ text: own, ...block }) => {
    if (text) text += '\n\n';
    const start = text.length;
    text += own;
    return { ...block, start, end: text.length };
  });
  return { text, blocks, tables: [], warnings: [] };
}

const heading = (text: string, level = 1, page?: number): Part => ({ kind: 'heading', text, level, page });
const paragraph = (text: string, page?: number): Part => ({ kind: 'paragraph', text, page });
const isBlank = ({ text }: ParsedDocument, { start, end }: Block) => !text.slice(start, end).trim();
const chunksOf = (...parts: Part[]) => [...chunkDocument(documentOf(parts))];
const texts = (chunks: readonly TextChunk[]) => chunks.map(({ text }) => text);
/** So many characters of sentences of 50. */
const prose = (chars: number, word = 'leave') =>
  `The ${word} policy was written for those who ${word} it. `.repeat(chars).slice(0, chars - 1) + '.';

describe('chunkDocument', () => {
  it('makes no chunk of nothing', () => {
    expect(chunksOf()).toEqual([]);
    expect(chunksOf(paragraph(' \n '))).toEqual([]);
  });

  it('puts a section with its heading into one chunk', () => {
    const body = prose(400);
    expect(chunksOf(heading('Leave'), paragraph(body))).toEqual([
      { start: 0, end: 407, page: null, heading: 'Leave', text: `Leave\n\n${body}` },
    ]);
  });

  it('has the recognised text of a picture, as a chunk of its own', () => {
    const recognised = { ...paragraph('The gate opens at six.', 2), isRecognised: true };
    const chunks = chunksOf(
      heading('Rules', 1, 1),
      paragraph('Typed.', 2),
      recognised,
      paragraph('Typed too.', 3),
    );
    expect(chunks.map(({ text, heading: names }) => [text, names])).toEqual([
      ['Rules', 'Rules'],
      ['Typed.', 'Rules'],
      ['The gate opens at six.', 'Rules > Recognised text'],
      ['Typed too.', 'Rules'],
    ]);
  });

  it('names the headings above a chunk, and ends the chunk where a section ends', () => {
    const chunks = chunksOf(
      heading('Leave'),
      paragraph(prose(300)),
      heading('Parental leave', 2),
      paragraph(prose(300)),
      heading('How to ask', 3),
      paragraph(prose(300)),
      heading('Pay'),
      paragraph(prose(300)),
    );
    expect(chunks.map((chunk) => chunk.heading)).toEqual([
      'Leave',
      'Leave > Parental leave',
      'Leave > Parental leave > How to ask',
      'Pay',
    ]);
  });

  it('joins tiny sections, below the headings they share', () => {
    const [first, second] = chunksOf(
      heading('Contacts'),
      heading('Front desk', 2),
      paragraph('Call 100.'),
      heading('Security', 2),
      paragraph('Call 200.'),
      heading('History', 2),
      paragraph(prose(600)),
    );
    expect(first).toMatchObject({
      heading: 'Contacts',
      text: 'Contacts\n\nFront desk\n\nCall 100.\n\nSecurity\n\nCall 200.',
    });
    expect(second).toMatchObject({ heading: 'Contacts > History', text: `History\n\n${prose(600)}` });
  });

  it('stays within a page', () => {
    const chunks = chunksOf(paragraph('On one.', 1), paragraph('On one too.', 1), paragraph('On two.', 2));
    expect(chunks.map(({ page, text }) => [page, text])).toEqual([
      [1, 'On one.\n\nOn one too.'],
      [2, 'On two.'],
    ]);
  });

  it('leaves tables and summaries alone, but for the heading above', () => {
    const rows = { kind: 'table', text: '| city | people |\n| Ulm | 126000 |' } as const;
    const summary = { kind: 'summary', text: 'A table of 2 columns.' } as const;
    expect(texts(chunksOf(heading('Cities'), summary, rows, rows, paragraph('That is all.')))).toEqual([
      `Cities\n\n${summary.text}`,
      rows.text,
      rows.text,
      'That is all.',
    ]);
  });

  it('cuts a long paragraph between sentences, into parts of about the same length', () => {
    const chunks = chunksOf(paragraph(prose(5_000)));
    for (const { text } of chunks) expect(text).toMatch(/^The .*\.$/);
    const lengths = chunks.map(({ text }) => text.length);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(100);
  });

  it('cuts what has no sentences between words, and what has no words between characters', () => {
    for (const { text } of chunksOf(paragraph('word '.repeat(1_000)))) expect(text).toMatch(/^(word )*word$/);
    for (const { text } of chunksOf(paragraph('🎬'.repeat(2_000)))) expect(text.isWellFormed()).toBe(true);
  });

  it('keeps the last words of a section with the text before them', () => {
    expect(chunksOf(paragraph(prose(680)), paragraph('So it was decided.'))).toHaveLength(1);
  });

  it('is exact, in order, complete and bounded for every document', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('Yes.', '\n', '🎬🎬', '。'),
    );
    const text = fc.tuple(
      fc.array(word, { maxLength: 12 }),
      fc.nat({ max: 60 }),
      fc.constantFrom(' ', '', '\n'),
    );
    const part = fc.record({
      kind: fc.constantFrom('heading', 'paragraph', 'list', 'code', 'table', 'summary' as const),
      text: text.map(([words, times, between]) => (words.join(between) + between).repeat(times)),
      level: fc.integer({ min: 1, max: 6 }),
      page: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const document = documentOf(parts);
        let last = 0;
        let missed = '';
        for (const { start, end, text: own, page } of chunkDocument(document)) {
          missed += document.text.slice(last, start);
          const pages = document.blocks.filter((block) => block.start < end && start < block.end);
          expect({
            exact: own === document.text.slice(start, end) && own === own.trim() && own.isWellFormed(),
            inOrder: start >= last && end > start,
            bounded: end - start <= MAX,
            onPage: pages.every((block) => isBlank(document, block) || (block.page ?? null) === page),
          }).toEqual({ exact: true, inOrder: true, bounded: true, onPage: true });
          last = end;
        }
        expect((missed + document.text.slice(last)).trim()).toBe('');
      }),
    );
  });
});

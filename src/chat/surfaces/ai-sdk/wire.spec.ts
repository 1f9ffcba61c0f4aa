import type { RunEvent } from '../../../runs/run.js';
import { StreamBroken } from '../../stream-run.js';
import { toWire } from './wire.js';

const run = { runId: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a', conversationId: 'c' };
const source = { source: '/attachments/1/raw', title: 'a.md', text: 'x', score: 1, metadata: { page: 2 } };

/** The chunks of events in order, in a short distinguishable form. */
function chunksOf(...events: object[]): string[] {
  const toSse = toWire(run, { base: 'https://p' });
  const frames = events.map((event, i) => toSse({ ...event, offset: i + 1 } as RunEvent)).join('');
  return [...frames.matchAll(/^data: (.*)$/gm)].map(([, data]) => {
    if (data === '[DONE]') return data;
    const { type, delta, errorText, finishReason } = JSON.parse(data!) as Record<string, string>;
    return [type, delta ?? errorText ?? finishReason].filter(Boolean).join(' ');
  });
}

const started = { type: 'started', conversationId: 'c' };
const completed = { type: 'completed', reply: 'Hi there', state: {} };
const head = ['start', 'start-step'];

describe('the UI message stream', () => {
  it.each<[string, object[], string[]]>([
    [
      'an answer with sources',
      [
        { type: 'sources', sources: [source] },
        { type: 'token', text: 'Hi' },
        { type: 'token', text: ' there' },
        completed,
      ],
      [
        'source-document',
        'data-sources',
        'text-start',
        'text-delta Hi',
        'text-delta  there',
        'text-end',
        'finish-step',
        'finish stop',
        '[DONE]',
      ],
    ],
    [
      'thinking, a tool, and text',
      [
        { type: 'reasoning', text: 'hm' },
        { type: 'tool', id: 't', name: 'sum', phase: 'called', input: {} },
        { type: 'tool', id: 't', name: 'sum', phase: 'done', output: 3 },
        { type: 'token', text: 'Hi' },
        { ...completed, finishReason: 'length' },
      ],
      [
        'reasoning-start',
        'reasoning-delta hm',
        'reasoning-end',
        'tool-input-available',
        'tool-output-available',
        'text-start',
        'text-delta Hi',
        'text-end',
        'finish-step',
        'finish length',
        '[DONE]',
      ],
    ],
    [
      'an answer with calls whose events are not kept any more',
      [
        {
          type: 'reset',
          reply: 'Hi there',
          state: {},
          sources: [],
          toolCalls: [
            { id: 'a', name: 'sum', status: 'done', input: {}, output: 3 },
            { id: 'b', name: 'sum', status: 'rejected', input: {}, error: 'Rejected.' },
          ],
        },
        completed,
      ],
      [
        'tool-input-available',
        'tool-output-available',
        'tool-input-available',
        'tool-output-denied',
        'text-start',
        'text-delta Hi there',
        'text-end',
        'finish-step',
        'finish stop',
        '[DONE]',
      ],
    ],
    [
      'a failure before the first token',
      [{ type: 'failed', code: 'x', message: 'Broken.', reply: '', state: {} }],
      ['error Broken.', '[DONE]'],
    ],
    [
      'an answer that was stopped',
      [
        { type: 'token', text: 'Hi' },
        { type: 'failed', code: 'cancelled', message: 'Stopped.', reply: 'Hi', state: {} },
      ],
      ['text-start', 'text-delta Hi', 'text-end', 'abort', '[DONE]'],
    ],
    [
      'events that are not kept any more',
      [{ type: 'reset', reply: 'Hi there', state: { a: 1 }, sources: [source] }, completed],
      [
        'source-document',
        'data-sources',
        'data-state',
        'text-start',
        'text-delta Hi there',
        'text-end',
        'finish-step',
        'finish stop',
        '[DONE]',
      ],
    ],
  ])('says %s', (_name, events, chunks) => {
    expect(chunksOf(started, ...events)).toEqual([...head, ...chunks]);
  });

  it('sends the missing text after a reset, and fails where text would have to be withdrawn', () => {
    const reset = (reply: string) => ({ type: 'reset', reply, state: {}, sources: [] });
    const token = { type: 'token', text: 'Hi' };
    expect(chunksOf(started, token, reset('Hi there'), completed)).toContain('text-delta  there');
    expect(() => chunksOf(started, token, reset('No'))).toThrow(StreamBroken);
  });
});

import type { RunEvent } from '../../../runs/run.js';
import { responseOptionsSchema } from './schemas.js';
import { toWire } from './wire.js';

const run = {
  runId: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
  conversationId: 'c',
  agent: 'assistant',
  wire: null,
};
const source = {
  source: '/attachments/1/raw',
  title: 'a.md',
  text: 'x',
  score: 1,
  metadata: { document_id: 'd', page: 2 },
};

type Event = { type: string; sequence_number: number; [field: string]: unknown };

function eventsOf(events: object[], startingAfter?: number): Event[] {
  const toSse = toWire(run, responseOptionsSchema.parse({}), { startingAfter });
  const frames = events.map((event, i) => toSse({ offset: i + 1, ...event } as RunEvent)).join('');
  return [...frames.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as Event);
}
const typesOf = (events: object[]) => eventsOf(events).map(({ type }) => type.replace('response.', ''));

const started = { type: 'started', conversationId: 'c' };
const token = { type: 'token', text: 'Hi [1]' };
const end = { reply: 'Hi [1]', state: {} };

describe('the stream of a response', () => {
  it('sends all parts of an answer, in items that are opened and closed', () => {
    expect(
      typesOf([
        started,
        { type: 'sources', sources: [source] },
        { type: 'reasoning', text: 'hm' },
        { type: 'tool', id: 't', name: 'sum', phase: 'called', input: {} },
        { type: 'tool', id: 't', name: 'sum', phase: 'done', output: 3 },
        token,
        { type: 'completed', ...end },
      ]),
    ).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'file_search_call.in_progress',
      'file_search_call.searching',
      'file_search_call.completed',
      'output_item.done',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'mcp_call.in_progress',
      'mcp_call_arguments.delta',
      'mcp_call_arguments.done',
      'mcp_call.completed',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.annotation.added',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
  });

  it('cites files where their markers stand', () => {
    const events = eventsOf([
      started,
      { type: 'sources', sources: [source] },
      token,
      { type: 'completed', ...end },
    ]);
    expect(events.at(-1)!['response']).toMatchObject({
      status: 'completed',
      output: [
        { type: 'file_search_call', results: [{ file_id: 'd', attributes: { page: 2 } }] },
        { content: [{ annotations: [{ type: 'file_citation', file_id: 'd', filename: 'a.md', index: 3 }] }] },
      ],
    });
  });

  it.each([
    ['was cancelled', { type: 'failed', code: 'cancelled', message: 'Stopped.' }, 'incomplete', 'cancelled'],
    ['failed', { type: 'failed', code: 'x', message: 'Broken.' }, 'failed', 'failed'],
    ['was cut by its length', { type: 'completed', finishReason: 'length' }, 'incomplete', 'incomplete'],
  ])('closes the reply of an answer that %s', (_name, ending, type, status) => {
    const events = eventsOf([started, token, { ...ending, ...end }]);
    expect(events.at(-1)).toMatchObject({ type: `response.${type}`, response: { status } });
    expect(events.at(-2)).toMatchObject({ item: { status: 'incomplete' } });
  });

  it('has the same numbers whenever it is read, and none twice', () => {
    const all = [started, { type: 'sources', sources: [source] }, token, { type: 'completed', ...end }];
    const whole = eventsOf(all);
    const numbers = whole.map(({ sequence_number }) => sequence_number);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const seen of numbers)
      expect(eventsOf(all, seen)).toEqual(whole.filter(({ sequence_number: n }) => n > seen));
  });

  it('sends the whole text at the end to a client that has some of a text that is not kept', () => {
    const lost = [
      started,
      { type: 'reset', offset: 5, reply: 'Hi [1]', state: {}, sources: [source] },
      { type: 'completed', offset: 6, ...end },
    ];
    const types = eventsOf(lost, 20).map(({ type }) => type);
    expect(types).not.toContain('response.output_text.delta');
    expect(types).toContain('response.output_text.done');
    expect(eventsOf(lost).map(({ type }) => type)).toContain('response.output_text.delta');
  });

  it('has the calls of an answer whose events are not kept any more, in numbers of their own', () => {
    const toolCalls = [
      { id: 'a', name: 'sum', status: 'done', input: { n: 1 }, output: 3 },
      { id: 'b', name: 'sum', status: 'rejected', input: {}, error: 'Rejected.' },
    ];
    const events = eventsOf([
      started,
      { type: 'reset', offset: 6, reply: 'Hi [1]', state: {}, sources: [], toolCalls },
      { type: 'completed', offset: 7, ...end },
    ]);
    const numbers = events.map(({ sequence_number }) => sequence_number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(events.at(-1)!['response']).toMatchObject({
      output: [
        { type: 'mcp_call', name: 'sum', arguments: '{"n":1}', output: '3', status: 'completed' },
        { type: 'mcp_call', error: 'Rejected.', status: 'failed' },
        { type: 'message' },
      ],
    });
  });
});

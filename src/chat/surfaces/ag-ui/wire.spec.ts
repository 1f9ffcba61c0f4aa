import type { RunEvent } from '../../../runs/run.js';
import { StreamBroken } from '../../stream-run.js';
import { toWire } from './wire.js';

const run = { runId: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a', conversationId: 'c' };
const options = { threadId: 't', clientRunId: 'r', base: '' };

type WireEvent = { type: string; [field: string]: unknown };

function eventsOf(events: object[], messages?: unknown[]): WireEvent[] {
  const toSse = toWire(run, options, messages);
  const frames = events.map((event, i) => toSse({ ...event, offset: i + 1 } as RunEvent)).join('');
  return [...frames.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as WireEvent);
}

const started = { type: 'started', conversationId: 'c' };
const token = { type: 'token', text: 'Hi' };
const end = { reply: 'Hi', state: {} };
const reset = (reply: string) => ({ type: 'reset', reply, state: {}, sources: [] });

describe('the events of AG-UI', () => {
  it('open and close the parts of an answer, under the ids of the client', () => {
    const events = eventsOf([
      started,
      { type: 'reasoning', text: 'hm' },
      { type: 'tool', id: 'x', name: 'sum', phase: 'called', input: {} },
      { type: 'tool', id: 'x', name: 'sum', phase: 'failed', error: 'No.' },
      token,
      { type: 'completed', ...end },
    ]);
    expect(events.map(({ type }) => type)).toEqual([
      'RUN_STARTED',
      'CUSTOM',
      'REASONING_START',
      'REASONING_MESSAGE_START',
      'REASONING_MESSAGE_CONTENT',
      'REASONING_MESSAGE_END',
      'REASONING_END',
      'TOOL_CALL_START',
      'TOOL_CALL_ARGS',
      'TOOL_CALL_END',
      'TOOL_CALL_RESULT',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'RUN_FINISHED',
    ]);
    expect(events[0]).toEqual({ type: 'RUN_STARTED', threadId: 't', runId: 'r' });
    expect(events.at(-1)).toMatchObject({ threadId: 't', runId: 'r', outcome: { type: 'success' } });
  });

  it.each([
    ['cancelled', 'RUN_FINISHED'],
    ['model-refused', 'RUN_ERROR'],
  ])('end an answer that failed as %s with %s', (code, type) => {
    const events = eventsOf([started, token, { type: 'failed', code, message: 'No.', ...end }]);
    expect(events.slice(-2).map((event) => event.type)).toEqual(['TEXT_MESSAGE_END', type]);
  });

  it('replace text that was taken back where the thread is known, and break elsewhere', () => {
    const question = { id: 'm', role: 'user', content: 'Hello?' };
    expect(eventsOf([started, token, reset('No')], [question]).at(-1)).toEqual({
      type: 'MESSAGES_SNAPSHOT',
      messages: [question, { id: run.runId, role: 'assistant', content: 'No' }],
    });
    const call = { type: 'tool', id: 'x', name: 'sum' };
    const called = { ...call, phase: 'called', input: { n: 1 } };
    const afterCall = [started, called, { ...call, phase: 'done', output: 3 }, token, reset('No')];
    expect(eventsOf(afterCall, [question]).at(-1)!['messages']).toEqual([
      question,
      {
        id: `${run.runId}-tools`,
        role: 'assistant',
        toolCalls: [{ id: 'x', type: 'function', function: { name: 'sum', arguments: '{"n":1}' } }],
      },
      { id: 'x-result', role: 'tool', toolCallId: 'x', content: '3' },
      { id: run.runId, role: 'assistant', content: 'No' },
    ]);
    expect(eventsOf([started, token, reset('Hi there')]).at(-1)).toMatchObject({ delta: ' there' });
    expect(() => eventsOf([started, token, reset('No')])).toThrow(StreamBroken);
  });

  it('show the calls of an answer whose events are not kept any more, each once', () => {
    const stored = (status: string, more: object) => ({
      id: status,
      name: 'sum',
      status,
      input: { n: 1 },
      ...more,
    });
    const toolCalls = [
      stored('done', { output: 3 }),
      stored('failed', { error: 'No.' }),
      stored('stopped', { input: 'a long te…' }),
    ];
    const events = eventsOf([
      started,
      { type: 'tool', id: 'done', name: 'sum', phase: 'called', input: { n: 1 } },
      { ...reset('Hi'), toolCalls },
      { type: 'completed', ...end },
    ]);
    const of = (type: string) => events.filter((event) => event.type === type);
    expect(of('TOOL_CALL_START').map(({ toolCallId }) => toolCallId)).toEqual(['done', 'failed', 'stopped']);
    expect(of('TOOL_CALL_RESULT').map(({ content }) => content)).toEqual(['3', 'No.', 'Stopped']);
  });
});

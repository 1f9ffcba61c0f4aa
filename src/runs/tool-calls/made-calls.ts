import type { ToolEvent } from '../../agents/agent.js';
import type { Json, JsonObject } from '../../common/json.js';
import type { MessageToolCall } from '../../database/entities/tool-calls/message-tool-call.js';

/** What is kept with an answer: calls, and UTF-16 units of an input, of an output and of all together, as JSON. */
const MAX_CALLS = 32;
const MAX_INPUT = 4 * 1024;
const MAX_OUTPUT = 8 * 1024;
const MAX_ALL = 96 * 1024;
const CUT = '…';

/** The calls of a run after a step of one of them; bounded, in a new array. */
export function withStep(calls: readonly MessageToolCall[], event: ToolEvent): readonly MessageToolCall[] {
  const known = calls.find(({ id }) => id === event.id);
  if (!known && calls.length >= MAX_CALLS) return calls;
  const call = next(known ?? { id: event.id, name: event.name, status: 'called', input: {} }, event);
  return known ? calls.map((each) => (each === known ? call : each)) : [...calls, call];
}

function next(call: MessageToolCall, event: ToolEvent): MessageToolCall {
  switch (event.phase) {
    case 'waiting':
      return { ...call, status: 'waiting', input: shortened(event.input, MAX_INPUT) };
    case 'called':
      return { ...call, status: 'called', input: shortened(event.input, MAX_INPUT) };
    case 'done':
      return { ...call, ...timeOf(event), status: 'done', output: shortened(event.output, MAX_OUTPUT) };
    case 'failed': {
      const status = event.isRejected ? 'rejected' : 'failed';
      return { ...call, ...timeOf(event), status, error: event.error };
    }
  }
}

/** The calls of an answer that has ended; those without a result were stopped with it. Null without calls. */
export function endedCalls(calls: readonly MessageToolCall[]): MessageToolCall[] | null {
  if (calls.length === 0) return null;
  let left = MAX_ALL;
  return calls.map((call) => {
    const ended = isOpen(call) ? { ...call, status: 'stopped' as const } : call;
    left -= JSON.stringify(ended).length;
    return left >= 0 ? ended : { ...ended, input: CUT, ...('output' in ended && { output: CUT }) };
  });
}

/** The steps of a stored call, as the events that are not kept any more. */
export function stepsOf(call: MessageToolCall): ToolEvent[] {
  const { id, name, status, output = null, error = 'Stopped' } = call;
  const base = { type: 'tool' as const, id, name };
  const called: ToolEvent = { ...base, phase: 'called', input: asObject(call.input) };
  switch (status) {
    case 'called':
    case 'waiting':
      return [called];
    case 'done':
      return [called, { ...base, phase: 'done', output }];
    case 'rejected':
      return [called, { ...base, phase: 'failed', error, isRejected: true }];
    case 'failed':
    case 'stopped':
      return [called, { ...base, phase: 'failed', error }];
  }
}

/** An input that was cut is a text. */
const asObject = (input: Json): JsonObject =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { cut: input };

const isOpen = ({ status }: MessageToolCall) => status === 'called' || status === 'waiting';

const timeOf = ({ ms }: { ms?: number }) => (ms === undefined ? {} : { ms });

/** A value, or the beginning of its text. */
function shortened(value: Json, max: number): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > max ? text.slice(0, max).toWellFormed() + CUT : value;
}

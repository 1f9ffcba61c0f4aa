import type { Source } from '../client/api.js';
import type { StreamEvent } from '../client/run-stream.js';

export type AnswerStatus = 'writing' | 'waiting' | 'complete' | 'stopped' | 'interrupted' | 'failed';

/** A tool call. */
export interface ToolCard {
  id: string;
  name: string;
  phase: 'waiting' | 'called' | 'done' | 'failed';
  /** Id of the approval request, where the call needs one. */
  approvalId?: string;
  input?: unknown;
  output?: unknown;
  error?: string;
  calledAt?: number;
  /** Duration in milliseconds; undefined when the start was not observed. */
  ms?: number;
}

/** The view model of an answer, while streaming and afterwards. */
export interface Answer {
  runId: string | null;
  status: AnswerStatus;
  text: string;
  thinking: string;
  /** Steps of its creation: searches, tool calls. */
  steps: readonly string[];
  tools: readonly ToolCard[];
  sources: readonly Source[];
  /** Error message of an incomplete answer, from the API. */
  error: string | null;
  /** The model stopped at its limit or was filtered. */
  cut: 'length' | 'content_filter' | null;
}

export const newAnswer = (runId: string | null = null): Answer => ({
  runId,
  status: 'writing',
  text: '',
  thinking: '',
  steps: [],
  tools: [],
  sources: [],
  error: null,
  cut: null,
});

type WireEvent =
  | { type: 'meta'; data: { run_id: string } }
  | { type: 'log' | 'token' | 'reasoning'; data: string }
  | { type: 'tool'; data: Omit<ToolCard, 'approvalId'> & { approval_id?: string } }
  | { type: 'sources'; data: Source[] }
  | { type: 'reset'; data: { reply: string; sources?: Source[] } }
  | { type: 'error'; data: { message: string } }
  | { type: 'done'; data: null; finish_reason?: 'length' | 'content_filter' | 'error' };

/** Applies stream events to an answer. Unknown kinds of events are ignored: a newer API may send them. */
export function withEvents(before: Answer, events: readonly StreamEvent[]): Answer {
  const answer = { ...before };
  for (const { data } of events) {
    const event = parse(data);
    if (event) apply(answer, event);
  }
  return answer;
}

function apply(answer: Answer, event: WireEvent): void {
  switch (event.type) {
    case 'meta':
      answer.runId = event.data.run_id;
      break;
    case 'log':
      answer.steps = [...answer.steps, event.data];
      break;
    case 'reasoning':
      answer.thinking += event.data;
      break;
    case 'token':
      answer.text += event.data;
      break;
    case 'tool':
      answer.tools = withTool(answer.tools, event.data);
      break;
    case 'sources':
      answer.sources = event.data;
      break;
    case 'reset':
      answer.text = event.data.reply;
      answer.sources = event.data.sources ?? answer.sources;
      break;
    case 'error':
      answer.error = event.data.message;
      break;
    case 'done':
      if (pendingCalls(answer).length > 0) answer.status = 'waiting';
      else answer.status = answer.error === null ? 'complete' : 'failed';
      answer.cut = event.finish_reason && event.finish_reason !== 'error' ? event.finish_reason : null;
      break;
  }
}

/** Whether the conversation accepts no message: an answer is streaming or waits for an approval. */
export const isUnfinished = (answer: Answer | undefined): boolean =>
  answer?.status === 'writing' || answer?.status === 'waiting';

/** Tool calls that wait for an approval. */
export const pendingCalls = ({ tools }: Answer): ToolCard[] =>
  tools.filter(({ phase }) => phase === 'waiting');

/** Marks a pending call as decided; after the last one the answer continues. */
export function withDecision(answer: Answer, callId: string): Answer {
  const tools = answer.tools.map((tool) =>
    tool.id === callId ? { ...tool, phase: 'called' as const } : tool,
  );
  const decided = { ...answer, tools };
  return { ...decided, status: pendingCalls(decided).length > 0 ? 'waiting' : 'writing' };
}

type ToolStep = Extract<WireEvent, { type: 'tool' }>['data'];

function withTool(tools: readonly ToolCard[], { approval_id, ...step }: ToolStep): ToolCard[] {
  const now = performance.now();
  const before = tools.find(({ id }) => id === step.id);
  const card: ToolCard = { ...before, ...step, ...(approval_id && { approvalId: approval_id }) };
  if (step.phase === 'called') card.calledAt = now;
  else if (before?.calledAt !== undefined) card.ms = now - before.calledAt;
  return before ? tools.map((tool) => (tool === before ? card : tool)) : [...tools, card];
}

function parse(data: string): WireEvent | null {
  if (data === '[DONE]') return null;
  try {
    return JSON.parse(data) as WireEvent;
  } catch {
    return null;
  }
}

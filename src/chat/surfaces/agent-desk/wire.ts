import type { z } from 'zod';
import type { Source, ToolEvent } from '../../../agents/agent.js';
import { howToDecide } from '../../../runs/approvals/how-to-decide.js';
import type { RunEvent } from '../../../runs/run.js';
import { questionSchema } from './schemas.js';

type Question = z.output<typeof questionSchema>;

/**
 * @param text of a client's frame, or null for a binary one
 * @param isJson whether the socket was opened with `frames=json`; otherwise any text is a question, also JSON
 * @returns null for an invalid frame
 */
export function fromFrame(text: string | null, isJson: boolean): Question | null {
  return questionSchema.safeParse(isJson ? parseJson(text) : { content: text }).data ?? null;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** @param client_message_id of the question that the frame answers, if it has one */
export const toFrame = (event_type: string, content: string, client_message_id?: string) =>
  JSON.stringify({ event_type, content, client_message_id });

/** The end of an answer; `finish_reason` is set for an incomplete one. */
const toEnd = (client_message_id?: string, finish_reason?: string) =>
  JSON.stringify({ event_type: 'on_chat_model_end', content: '', finish_reason, client_message_id });

export const toDone = (conversation_id: string, run_id: string, client_message_id?: string) =>
  JSON.stringify({ event_type: 'done', conversation_id, run_id, client_message_id });

/** The frames of one event of a run; empty for an event without an equivalent. @param messageId as in `toFrame` */
export function toWire(runId: string, event: RunEvent, messageId?: string): string[] {
  const frame = (event_type: string, content: string) => toFrame(event_type, content, messageId);
  switch (event.type) {
    case 'token':
      return [frame('on_chat_model_stream', event.text)];
    case 'log':
      return [frame('log', event.text)];
    case 'reset':
      return [frame('reset', event.reply)];
    case 'completed':
      return [toEnd(messageId, event.finishReason)];
    case 'waiting':
      return [
        frame('log', `${event.message} To go on, ${howToDecide(runId, event.approvals)}.`),
        toEnd(messageId),
      ];
    case 'failed':
      return [frame('error', event.message), toEnd(messageId, event.finishReason)];
    case 'tool':
      return toProgress(event).map((text) => frame('log', text));
    case 'sources':
      return event.sources.length ? [frame('log', `Sources: ${event.sources.map(toLegend).join('; ')}`)] : [];
    case 'started':
    case 'state':
    case 'reasoning':
      return [];
  }
}

/** Maximum UTF-16 units of a tool call's input; its output is in the running table. */
const MAX_INPUT = 200;

function toProgress(event: ToolEvent): string[] {
  if (event.phase === 'waiting')
    return [`Approval ${event.approvalId}: ${event.name} ${JSON.stringify(event.input).slice(0, MAX_INPUT)}`];
  if (event.phase === 'called')
    return [`Calling ${event.name}: ${JSON.stringify(event.input).slice(0, MAX_INPUT)}`];
  return event.phase === 'failed' ? [`${event.name} failed: ${event.error}`] : [];
}

/** The legend entry of a citation such as [2]. */
const toLegend = ({ title, metadata: { page } }: Source, i: number) =>
  `[${i + 1}] ${title}${page ? `, page ${String(page)}` : ''}`;

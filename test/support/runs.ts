import { createParser } from 'eventsource-parser';
import { call, callJson } from './client.js';
import type { SseEvent } from './sse.js';

/** What `GET /runs/{id}` answers. */
export interface RunState {
  run_id: string;
  conversation_id: string;
  status: string;
  reply: string;
  error: { code: string; message: string } | null;
  last_event_id: string;
}

/** An event of the RAG assistant. */
export interface TypedEvent {
  type: string;
  data: unknown;
}

export const runState = async (url: string, token: string, runId: string) =>
  (await callJson<RunState>(url, `/runs/${runId}`, { token })).body;

/** The stream of a run, from behind an event on. */
export const resume = (url: string, token: string, runId: string, after: string | number = 0) =>
  call(url, `/runs/${runId}/stream${typeof after === 'number' ? `?after=${after}` : ''}`, {
    token,
    headers: typeof after === 'string' ? { 'Last-Event-ID': after } : {},
  });

export const runIdOf = ({ id = '' }: SseEvent) => id.split(':')[0]!;
export const offsetOf = ({ id = '' }: SseEvent) => Number(id.split(':')[1]);

/** The texts of the token events, put together; a reset stands for all before it. */
export function textOf(events: readonly SseEvent[]): string {
  let text = '';
  for (const { data } of events) {
    if (data === '[DONE]') continue;
    const { type, data: value } = JSON.parse(data) as TypedEvent;
    if (type === 'token') text += value as string;
    if (type === 'reset') text = (value as { reply: string }).reply;
  }
  return text;
}

/** The whole events in the first so many bytes of a stream, which is cut there. */
export async function cutAfter(response: Response, bytes: number): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  const parser = createParser({ onEvent: ({ id, data }) => events.push({ id, data }) });
  const decoder = new TextDecoder();
  let left = bytes;
  for await (const chunk of response.body!) {
    const part = (chunk as Uint8Array).subarray(0, left);
    parser.feed(decoder.decode(part, { stream: true }));
    left -= part.length;
    // Leaving the loop closes the connection.
    if (left <= 0) break;
  }
  return events;
}

import { createParser } from 'eventsource-parser';

export interface SseEvent {
  id?: string;
  event?: string;
  data: string;
}

/** Reads an event stream to its end, as a client does. */
export async function* sseEvents(response: Response): AsyncGenerator<SseEvent> {
  if (!response.body) throw new Error('the response has no body');
  const decoder = new TextDecoder();
  let ready: SseEvent[] = [];
  const parser = createParser({ onEvent: ({ id, event, data }) => ready.push({ id, event, data }) });
  for await (const chunk of response.body) {
    parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    yield* ready;
    ready = [];
  }
}

/** All events of a stream that ends. */
export async function collectSse(response: Response): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of sseEvents(response)) events.push(event);
  return events;
}

/** The JSON behind every `data:` line of a stream that ends. */
export async function collectJson<T = Record<string, unknown>>(response: Response): Promise<T[]> {
  return (await collectSse(response)).map((event) => JSON.parse(event.data) as T);
}

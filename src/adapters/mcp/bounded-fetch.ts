import { fetch as send, type Dispatcher, type RequestInit as SendInit } from 'undici';

/** A response exceeded the size limit. */
export class TooLargeError extends Error {}

/**
 * `fetch` whose responses fail after `maxBytes`, measured after decompression. It follows no redirects, which would
 * forward headers with secrets, and opens no notification streams.
 * @param onBroken called when a response was truncated, by the server or by the limit
 */
export function boundedFetch(
  dispatcher: Dispatcher,
  maxBytes: number,
  onBroken: (error: Error) => void,
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init) => {
    if (init?.method === 'GET') return new Response(null, { status: 405 });
    const answer = await send(url, { ...(init as SendInit), dispatcher, redirect: 'manual' });
    const { status, statusText } = answer;
    const headers = [...answer.headers];
    if (!answer.body || status < 200 || status === 204) {
      await answer.body?.cancel();
      return new Response(null, { status: status === 0 ? 502 : status, statusText, headers });
    }
    const body = bounded(answer.body as ReadableStream<Uint8Array>, maxBytes, onBroken);
    return new Response(body, { status, statusText, headers });
  };
}

function bounded(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  onBroken: (error: Error) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let size = 0;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await reader.read();
        if (done) return controller.close();
        size += value.length;
        if (size > maxBytes) throw new TooLargeError(`an answer has more than ${maxBytes} bytes`);
        controller.enqueue(value);
      } catch (error) {
        await reader.cancel().catch(() => {});
        controller.error(error);
        onBroken(error as Error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

import { ParleyError } from '../common/errors.js';

/**
 * Refuses what `useChat` of the AI SDK sends to a route that does not serve it: fields it does not know are ignored there,
 * and every message would open another conversation.
 * @throws ParleyError `invalid` that says where to go
 */
export function refuseAiSdk(body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  const { messages, trigger, id } = body as Record<string, unknown>;
  if (!Array.isArray(messages) || (typeof trigger !== 'string' && typeof id !== 'string')) return;
  throw new ParleyError(
    'invalid',
    'ai-sdk-request',
    'This is a request of the AI SDK (useChat), which this route does not serve. Send {"message": "…"} to POST /chat; ' +
      'prepareSendMessagesRequest of its transport can do so.',
  );
}

import { ParleyError } from '../../common/errors.js';

/** The wires whose bodies can be distinguished, and where each is served. */
const WIRES = {
  'ai-sdk': { name: 'the AI SDK (useChat)', route: 'POST /api/ai/chat' },
  'ag-ui': { name: 'AG-UI', route: 'POST /agui/{agent}' },
  mcp: { name: 'the Model Context Protocol', route: 'POST /mcp' },
  completions: { name: "OpenAI's chat completions", route: 'POST /v1/chat/completions' },
  responses: { name: "OpenAI's Responses", route: 'POST /v1/responses' },
  'rag-assistant': { name: 'the RAG assistant', route: 'POST /chat' },
} as const;

export type BodyOf = keyof typeof WIRES;

/**
 * Refuses a body of another wire format: unknown fields are ignored everywhere, so a client with a wrong URL would
 * get an error about an unrelated field, or create a conversation with every message.
 * @param own the wire of the route; omitted by Parley's own surfaces
 * @throws ParleyError `other-wire`, which names the right route
 */
export function refuseMisdirected(body: unknown, own?: BodyOf): void {
  const wire = recognise(body) ?? (own || !hasMessages(body) ? undefined : 'ai-sdk');
  if (!wire || wire === own || (!own && wire === 'rag-assistant')) return;
  const { name, route } = WIRES[wire];
  throw new ParleyError(
    'invalid',
    'other-wire',
    `This is a request of ${name}, which is served at ${route}, not here`,
  );
}

/** Older versions of `useChat` send nothing else. */
const hasMessages = (body: unknown) =>
  typeof body === 'object' && body !== null && 'messages' in body && Array.isArray(body.messages);

function recognise(body: unknown): BodyOf | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { messages, message, trigger, id, threadId, runId, jsonrpc, model, input } = body as Record<
    string,
    unknown
  >;
  if (jsonrpc === '2.0') return 'mcp';
  if (typeof model === 'string') {
    if (Array.isArray(messages)) return 'completions';
    return input !== undefined ? 'responses' : undefined;
  }
  if (typeof threadId === 'string' && typeof runId === 'string') return 'ag-ui';
  const hasList = Array.isArray(messages) || (typeof message === 'object' && message !== null);
  if (hasList && (typeof trigger === 'string' || typeof id === 'string')) return 'ai-sdk';
  return typeof message === 'string' ? 'rag-assistant' : undefined;
}

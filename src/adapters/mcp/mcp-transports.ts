import type { StreamableHTTPClientTransport, Transport } from '@modelcontextprotocol/client';
import type { Dispatcher } from 'undici';
import { boundedFetch, TooLargeError } from './bounded-fetch.js';
import { USER_ID, type McpServer } from './mcp-servers.js';

/** Bytes of one response. */
export const MAX_BYTES = 4 * 1024 * 1024;

/** A transport, and the end of the session that belongs to it. */
export interface McpTransport {
  transport: Transport;
  endSession(): Promise<void>;
}

/**
 * @param userId whom the answer is for; null for the list of tools, which all share
 * @param onBroken called when the server violates the limits or the connection breaks
 */
export const transportTo = (
  server: McpServer,
  userId: string | null,
  dispatcher: Dispatcher,
  onBroken: (error: Error) => void,
): Promise<McpTransport> =>
  'command' in server ? programOf(server, onBroken) : httpTo(server, userId, dispatcher, onBroken);

async function httpTo(
  { url, headers }: Extract<McpServer, { url: string }>,
  userId: string | null,
  dispatcher: Dispatcher,
  onBroken: (error: Error) => void,
): Promise<McpTransport> {
  const library = await import('@modelcontextprotocol/client');
  const transport: StreamableHTTPClientTransport = new library.StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: headersFor(headers, userId) },
    fetch: boundedFetch(dispatcher, MAX_BYTES, onBroken),
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  return { transport, endSession: () => transport.terminateSession() };
}

function headersFor(headers: Record<string, string>, userId: string | null): Record<string, string> {
  const own = Object.entries(headers).filter(([, value]) => userId !== null || !value.includes(USER_ID));
  return Object.fromEntries(own.map(([name, value]) => [name, value.replaceAll(USER_ID, userId ?? '')]));
}

/** The program ends with the connection: its input is closed, then it is terminated, then killed. */
async function programOf(
  { command, args, env }: Extract<McpServer, { command: string }>,
  onBroken: (error: Error) => void,
): Promise<McpTransport> {
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  // Its standard error may hold anything, so it is discarded.
  const transport = new StdioClientTransport({
    command,
    args,
    env,
    stderr: 'ignore',
    maxBufferSize: MAX_BYTES,
  });
  Object.assign(transport, {
    onerror: ({ message }: Error) => {
      if (/exceeded maximum size/.test(message)) onBroken(new TooLargeError());
    },
    onclose: () => onBroken(new Error('the program has ended')),
  });
  return { transport, endSession: () => transport.close() };
}

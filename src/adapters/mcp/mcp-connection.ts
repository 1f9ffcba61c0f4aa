import type { Client } from '@modelcontextprotocol/client';
import type { Dispatcher } from 'undici';
import { orAborted } from '../../common/time/abort.js';
import type { Json, JsonObject } from '../../common/json.js';
import { TooLargeError } from './bounded-fetch.js';
import type { McpServer } from './mcp-servers.js';
import { MAX_BYTES, transportTo, type McpTransport } from './mcp-transports.js';

/** Limits of a paginated list of tools. */
const MAX_PAGES = 20;
const MAX_TOOLS = 1_000;
/** Deadline for closing a session, in ms. */
const CLOSING_MS = 2_000;

/** A tool as its server describes it: untrusted. */
export interface RemoteTool {
  name: string;
  description: string;
  inputSchema: unknown;
  /** The server's own annotation. */
  isReadOnly: boolean;
}

/** Result of a call: untrusted. */
export interface RemoteResult {
  isError: boolean;
  content: readonly RemoteContent[];
  structured?: Json;
}
export interface RemoteContent {
  type: string;
  text?: string;
  resource?: { uri?: string; text?: string };
  uri?: string;
}

/** Failure of an MCP server; the message contains no text of the server's. */
export class McpError extends Error {
  /** @param said the server's own error message: untrusted */
  constructor(
    message: string,
    readonly said = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Connection to an MCP server, over streamable HTTP or to a program of its own. Sessions are never shared: their state may belong to a user.
 */
export class McpConnection {
  /** Aborted when the server violates the protocol or the connection breaks. */
  private readonly broken = new AbortController();

  private constructor(
    private readonly client: Client,
    private readonly transport: McpTransport,
    readonly server: McpServer,
  ) {}

  /**
   * Connects; imports the library lazily, as it loads slowly.
   * @param by HTTP client, and whom the answer is for; null for the list of tools, which all share
   * @throws McpError
   */
  static async open(
    server: McpServer,
    { dispatcher, userId }: { dispatcher: Dispatcher; userId: string | null },
    signal: AbortSignal,
  ): Promise<McpConnection> {
    const library = await import('@modelcontextprotocol/client');
    let onBroken: (error: Error) => void = () => {};
    const transport = await transportTo(server, userId, dispatcher, (error) => onBroken(error));
    // A program would be started twice to find out which version it speaks.
    const negotiation = 'url' in server ? ({ mode: 'auto' } as const) : undefined;
    const client = new library.Client(
      { name: 'parley', version: '1' },
      negotiation && { versionNegotiation: negotiation },
    );
    const connection = new McpConnection(client, transport, server);
    onBroken = (error) => connection.broken.abort(error);
    try {
      await connection.guarded(client.connect(transport.transport, { signal }), signal);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get isBroken(): boolean {
    return this.broken.signal.aborted;
  }

  /** The first tools of its list. @throws McpError */
  async tools(signal: AbortSignal): Promise<{ tools: RemoteTool[]; hasMore: boolean }> {
    const tools: RemoteTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES && tools.length < MAX_TOOLS; page++) {
      const request = { method: 'tools/list' as const, params: cursor === undefined ? {} : { cursor } };
      const answer = await this.guarded(this.client.request(request, { signal }), signal);
      for (const { name, description = '', inputSchema, annotations } of answer.tools)
        tools.push({ name, description, inputSchema, isReadOnly: annotations?.readOnlyHint === true });
      cursor = answer.nextCursor;
      if (cursor === undefined) break;
    }
    return { tools: tools.slice(0, MAX_TOOLS), hasMore: cursor !== undefined || tools.length > MAX_TOOLS };
  }

  /** @throws McpError */
  async call(name: string, input: JsonObject, signal: AbortSignal): Promise<RemoteResult> {
    // The deadline is the caller's.
    const options = { signal, timeout: 600_000 };
    const request = { method: 'tools/call' as const, params: { name, arguments: input } };
    const result = await this.guarded(this.client.request(request, options), signal);
    return {
      isError: result.isError === true,
      content: (result.content ?? []) as RemoteContent[],
      ...(result.structuredContent !== undefined && { structured: result.structuredContent as Json }),
    };
  }

  /** Ends the session, and soon after the connection, in the background. */
  close(): void {
    const timer = setTimeout(() => void this.client.close().catch(() => {}), CLOSING_MS);
    timer.unref();
    if (this.isBroken) return void this.client.close().catch(() => {});
    this.transport
      .endSession()
      .catch(() => {})
      .then(() => this.client.close())
      .catch(() => {})
      .finally(() => clearTimeout(timer));
  }

  /** @throws McpError, or the signal's reason */
  private async guarded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    const either = AbortSignal.any([signal, this.broken.signal]);
    try {
      return await orAborted(work, either);
    } catch (error) {
      signal.throwIfAborted();
      throw this.describe(this.isBroken ? this.broken.signal.reason : error);
    }
  }

  private describe(error: unknown): McpError {
    const name = `The MCP server “${this.server.name}”`;
    const { status, code, message } = error as { status?: number; code?: unknown; message?: string };
    const because = (reason: string, said?: string) =>
      new McpError(`${name} ${reason}`, said, { cause: error });
    if (error instanceof TooLargeError) return because(`sends more than ${MAX_BYTES / 1024 / 1024} MiB.`);
    if (status === 401 || status === 403) return because('refuses access.');
    if (status) return because(`answers with status ${status}.`);
    // Numeric codes are from JSON-RPC: the server has responded.
    if (typeof code === 'number') return because(`refuses the request (${code}).`, message);
    return because('cannot be reached, or does not keep to the protocol.');
  }
}

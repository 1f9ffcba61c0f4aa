import type { OnApplicationShutdown } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { McpConnection, McpError, type RemoteTool } from '../../../adapters/mcp/mcp-connection.js';
import type { McpServer } from '../../../adapters/mcp/mcp-servers.js';
import { orAborted } from '../../../common/time/abort.js';
import type { Logger } from '../../../common/logger.js';
import { SettingError } from '../../../config/env.js';
import type { Tool } from '../tool.js';
import { remoteTool } from './remote-tool.js';

/** What a persona lists: all tools of a server, or one. */
const MCP_TOOL = /^mcp:([a-z][a-z0-9-]{0,23})(?:\/(.{1,200}))?$/su;
export const isMcpTool = (name: string): boolean => MCP_TOOL.test(name);

/** Tools of one server that a model gets where all are listed, and of all servers together: models take 128. */
const MAX_OF_SERVER = 64;
const MAX_OF_ALL = 100;
const LISTING_MS = 10_000;
/** How long a list is used, and how long a server that failed is left alone. */
const FRESH_MS = 10 * 60_000;
const FAILED_MS = 30_000;

/** The tools of one answer. */
export interface McpToolset {
  tools: Tool[];
  /** Warnings for people and the model, without any text of a server. */
  notes: string[];
  /** Ends the connections. */
  close(): void;
}

interface Listing {
  tools: readonly RemoteTool[];
  hasMore: boolean;
}

interface CachedList {
  list: Promise<Listing | McpError>;
  /** In milliseconds. */
  until: number;
}

/** The MCP servers that the operator has configured, as tools of agents. */
export class McpTools implements OnApplicationShutdown {
  private readonly servers: ReadonlyMap<string, McpServer>;
  private readonly lists = new Map<string, CachedList>();

  constructor(
    servers: readonly McpServer[],
    private readonly dispatcher: Dispatcher,
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {
    this.servers = new Map(servers.map((server) => [server.name, server]));
  }

  /** @throws SettingError when an agent lists a server that there is none of */
  check(agent: string, names: readonly string[]): void {
    const missing = names.map(read).find((listed) => listed && !this.servers.has(listed.server));
    if (missing)
      throw new SettingError(
        `the agent ${agent} lists tools of the MCP server ${missing.server}, which MCP_SERVERS_FILE does not name`,
      );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.destroy();
  }

  /**
   * The tools that names stand for. A server that fails has none.
   * @param userId whom the answer is for
   * @param approval names of those that need approval for every call
   * @throws the signal's reason
   */
  async open(
    userId: string,
    { names, approval }: { names: readonly string[]; approval: readonly string[] },
    signal: AbortSignal,
  ): Promise<McpToolset> {
    const asked = new Map<string, string[]>();
    for (const listed of names.flatMap((name) => read(name) ?? []))
      asked.set(listed.server, [...(asked.get(listed.server) ?? []), listed.tool]);
    const parts = await Promise.all(
      [...asked].map(([server, wanted]) =>
        this.toolsOf(this.servers.get(server)!, { userId, wanted, approval }, signal),
      ),
    );
    return {
      tools: parts.flatMap(({ tools }) => tools).slice(0, MAX_OF_ALL),
      notes: parts.flatMap(({ notes }) => notes),
      close: () => parts.forEach(({ close }) => close()),
    };
  }

  private async toolsOf(
    server: McpServer,
    { userId, wanted, approval }: { userId: string; wanted: readonly string[]; approval: readonly string[] },
    signal: AbortSignal,
  ): Promise<McpToolset> {
    const listing = await orAborted(this.list(server), signal);
    if (listing instanceof McpError)
      return { tools: [], notes: [`${listing.message} Its tools cannot be used now.`], close: () => {} };
    const isAll = wanted.includes('');
    const listed = listing.tools.filter(({ name }) => isAll || wanted.includes(name));
    const offered = listed.slice(0, MAX_OF_SERVER);
    const notes = wanted
      .filter((name) => name && !listing.tools.some((tool) => tool.name === name))
      .map((name) => `The MCP server “${server.name}” has no tool “${name}”.`);
    if (listed.length > offered.length || (isAll && listing.hasMore))
      notes.push(
        `The MCP server “${server.name}” has more tools than the ${offered.length} that are offered.`,
      );
    const connection = this.sharedConnection(server, userId);
    const tools = offered.map((tool) =>
      remoteTool(tool, {
        server: server.name,
        mustAsk:
          approval.includes(`mcp:${server.name}`) || approval.includes(`mcp:${server.name}/${tool.name}`),
        isTrusted: server.trusted.includes(tool.name),
        connect: connection.get,
      }),
    );
    return { tools: unique(tools), notes, close: connection.close };
  }

  /** One connection for all calls of an answer, opened by the first of them, and again when it has broken. */
  private sharedConnection(server: McpServer, userId: string) {
    let current: Promise<McpConnection> | undefined;
    const reuseOrOpen = (known: McpConnection | undefined, signal: AbortSignal) => {
      if (known && !known.isBroken) return known;
      known?.close();
      return McpConnection.open(server, { dispatcher: this.dispatcher, userId }, signal);
    };
    return {
      // One after another: calls that come at once get the same one.
      get: (signal: AbortSignal): Promise<McpConnection> =>
        (current = (current ?? Promise.resolve(undefined))
          .catch(() => undefined)
          .then((known) => reuseOrOpen(known, signal))),
      close: () => void current?.then((connection) => connection.close()).catch(() => {}),
    };
  }

  /** The list of a server, from the cache where it is fresh. Runs share it: it does not end with one of them. */
  private list(server: McpServer): Promise<Listing | McpError> {
    const known = this.lists.get(server.name);
    if (known && known.until > this.now()) return known.list;
    const entry: CachedList = {
      list: this.fetch(server, () => (entry.until = this.now() + FAILED_MS)),
      until: this.now() + FRESH_MS,
    };
    this.lists.set(server.name, entry);
    return entry.list;
  }

  private async fetch(server: McpServer, onFailed: () => void): Promise<Listing | McpError> {
    const deadline = AbortSignal.timeout(LISTING_MS);
    let connection: McpConnection | undefined;
    try {
      connection = await McpConnection.open(server, { dispatcher: this.dispatcher, userId: null }, deadline);
      return await connection.tools(deadline);
    } catch (err) {
      onFailed();
      this.logger.warn({ err, server: server.name }, 'the tools of an MCP server cannot be listed');
      if (err instanceof McpError) return err;
      return new McpError(
        deadline.aborted
          ? `The MCP server “${server.name}” did not answer within ${LISTING_MS / 1_000} s.`
          : `The MCP server “${server.name}” cannot be used.`,
      );
    } finally {
      connection?.close();
    }
  }
}

/** @returns null for another tool; an empty `tool` stands for all */
function read(name: string): { server: string; tool: string } | null {
  const [, server, tool = ''] = MCP_TOOL.exec(name) ?? [];
  return server === undefined ? null : { server, tool };
}

/** A server may list a name twice. */
const unique = (tools: readonly Tool[]): Tool[] => [
  ...new Map(tools.map((tool) => [tool.spec.name, tool])).values(),
];

import { Injectable } from '@nestjs/common';
import type {
  CallToolResult,
  McpRequestContext,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server';
import { checkScope } from '../../../auth/access.js';
import { payerOf, type Principal } from '../../../auth/principal.js';
import type { Demand } from '../../../auth/scopes.js';
import { ParleyError } from '../../../common/errors.js';
import { Logger } from '../../../common/logger.js';
import { API_VERSION } from '../../../common/openapi.js';
import { AskAgentTool, type ToolCall } from './ask-agent.tool.js';
import { AttachmentResources } from './attachment.resources.js';
import { LibraryTools } from './library.tools.js';
import {
  agentsOutput,
  answerOutput,
  askInput,
  conversationInput,
  conversationOutput,
  conversationsInput,
  conversationsOutput,
  passagesOutput,
  searchInput,
} from './schemas.js';
import { requestKey } from './session.js';
import { asResult, toRefusal } from './tool-result.js';

/** The protocol's library, which is loaded with the first request. */
export type McpLibrary = typeof import('@modelcontextprotocol/server');

/** The sender of a request. */
export interface McpCaller {
  caller: Principal;
  /** Base URL of links. */
  base: string;
  /** Session id of a client of the older protocol. */
  session?: string;
}

/** Read-only, idempotent, limited to the caller's data. */
const READS = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

/** Makes a tool of a method, for callers whose credentials have the scope. */
type Called = <Input>(
  scope: Demand,
  work: (input: Input, call: ToolCall) => Promise<CallToolResult>,
) => (input: Input, context: ServerContext) => Promise<CallToolResult>;

/** Builds the MCP server of one request, for its account. */
@Injectable()
export class McpServerFactory {
  constructor(
    private readonly ask: AskAgentTool,
    private readonly library: LibraryTools,
    private readonly attachments: AttachmentResources,
    private readonly logger: Logger,
  ) {}

  create(library: McpLibrary, { authInfo }: McpRequestContext): McpServer {
    const request = authInfo!.extra as unknown as McpCaller;
    const { caller } = request;
    const server = new library.McpServer({ name: 'parley', version: API_VERSION });
    this.addTools(
      server,
      (scope, work) => (input, context) =>
        asResult(() => {
          checkScope(scope, caller);
          return work(input, toCall(request, context));
        }, this.onFailure),
    );
    server.registerResource(
      'attachment',
      new library.ResourceTemplate('parley://attachments/{id}', {
        list: () => this.attachments.list(caller).catch((error: unknown) => this.refuse(error)),
      }),
      { description: 'The text of an uploaded document', mimeType: 'text/plain' },
      (uri, { id }) =>
        this.attachments.read(caller, String(id)).catch((error: unknown) => {
          if (error instanceof ParleyError && error.kind === 'not-found')
            throw new library.ResourceNotFoundError(uri.href, `not-found: ${error.message}`);
          return this.refuse(error);
        }),
    );
    return server;
  }

  private readonly onFailure = (error: unknown) => this.logger.warn({ err: error }, 'MCP call failed');

  /** Errors of a resource, which has no result to carry them. */
  private refuse(error: unknown): never {
    if (!(error instanceof ParleyError)) this.onFailure(error);
    const { code, message } = toRefusal(error);
    throw new Error(`${code}: ${message}`);
  }

  private addTools(server: McpServer, called: Called): void {
    server.registerTool(
      'search_documents',
      {
        description: "Finds passages in the user's documents, with exact quotes",
        inputSchema: searchInput,
        outputSchema: passagesOutput,
        annotations: READS,
      },
      called('documents:read', (input, call) => this.library.searchDocuments(input, call)),
    );
    server.registerTool(
      'ask_agent',
      {
        description: 'Sends a message to an agent and returns its answer, in a stored conversation',
        inputSchema: askInput,
        outputSchema: answerOutput,
        annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
      },
      called('chat', (input, call) => this.ask.call(input, call)),
    );
    server.registerTool(
      'list_agents',
      { description: 'Lists the agents that can be asked', outputSchema: agentsOutput, annotations: READS },
      () => this.library.listAgents(),
    );
    server.registerTool(
      'list_conversations',
      {
        description: "Lists the user's conversations, latest activity first",
        inputSchema: conversationsInput,
        outputSchema: conversationsOutput,
        annotations: READS,
      },
      called('conversations:read', (input, call) => this.library.listConversations(input, call)),
    );
    server.registerTool(
      'read_conversation',
      {
        description: 'Reads the newest messages of a conversation, oldest first',
        inputSchema: conversationInput,
        outputSchema: conversationOutput,
        annotations: READS,
      },
      called('conversations:read', (input, call) => this.library.readConversation(input, call)),
    );
  }
}

function toCall({ caller, base, session }: McpCaller, { mcpReq }: ServerContext): ToolCall {
  // The protocol's own name.
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  const report = (progress: number, message: string) => {
    const params = { progressToken: progressToken!, progress, message };
    // A disconnected caller is detected by the abort signal.
    void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
  return {
    ownerId: caller.id,
    ...payerOf(caller),
    base,
    signal: mcpReq.signal,
    ...(session && { requestKey: requestKey(session, mcpReq.id) }),
    ...(progressToken !== undefined && { report }),
  };
}

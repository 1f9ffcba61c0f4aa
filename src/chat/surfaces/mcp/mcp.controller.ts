// The Model Context Protocol at `/mcp`: agents, documents and conversations as tools of other programs. Oddities: a
// session is a stateless name, so that any replica serves any request; both current protocol versions are
// supported, detected per request; a failed tool responds with a result.

import { Body, Controller, Get, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { bearerToken, RequireScope } from '../../../auth/access.js';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { Public } from '../../../auth/public.decorator.js';
import { ParleyError } from '../../../common/errors.js';
import { allowedOrigins, isAmong } from '../../../common/http/origins.js';
import { Logger } from '../../../common/logger.js';
import { ApiAnswer, ApiBodies, ApiErrors } from '../../../common/openapi.js';
import { Config } from '../../../config/config.js';
import { isStorableJson } from '../../../common/text.js';
import { refuseMisdirected } from '../../wires/misdirected.js';
import { AskAgentTool } from './ask-agent.tool.js';
import { McpErrorFilter } from './error.filter.js';
import { McpServerFactory, type McpCaller } from './mcp-server.js';
import { baseOf, METADATA_PATH } from './resource.js';
import { jsonRpcSchema, protectedResourceSchema } from './schemas.js';
import { cancelledRequest, isInitialize, requestKey, SESSION_HEADER, sessionOf } from './session.js';

type NodeHandler = ReturnType<typeof import('@modelcontextprotocol/node').toNodeHandler>;

/** The MCP library serializes the request again, which fails at a nesting depth of some thousands. */
const NOT_STORABLE = 'The request nests too deeply, or holds NUL characters or lone surrogates';
const SCOPES = ['chat', 'conversations:read', 'documents:read'];

@ApiTags('MCP')
@UseFilters(McpErrorFilter)
@Controller()
export class McpController {
  private handler: Promise<NodeHandler> | undefined;

  constructor(
    private readonly servers: McpServerFactory,
    private readonly ask: AskAgentTool,
    private readonly logger: Logger,
    private readonly config: Config,
  ) {}

  @Post('mcp')
  @RequireScope('any')
  @ApiOperation({
    summary: 'Call a method of the Model Context Protocol',
    description: 'JSON-RPC over streamable HTTP, stateless. `tools/list` lists the tools.',
  })
  @ApiBodies([jsonRpcSchema])
  @ApiAnswer(200, jsonRpcSchema)
  @ApiErrors(400, 403)
  async sendMcpMessage(
    @Body() body: unknown,
    @CurrentUser() user: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    this.refuseForeignPage(request);
    refuseMisdirected(body, 'mcp');
    if (!isStorableJson(body)) throw new ParleyError('invalid', 'not-storable', NOT_STORABLE);
    const token = bearerToken(request.headers.authorization) ?? '';
    const session = sessionOf(request);
    if (isInitialize(body)) response.setHeader(SESSION_HEADER, randomUUID());
    const cancelled = cancelledRequest(body);
    if (session && cancelled !== undefined) await this.cancel(user.id, requestKey(session, cancelled));
    const extra = { ...({ caller: user, base: baseOf(request), session } satisfies McpCaller) };
    const auth = { token, clientId: user.id, scopes: SCOPES, extra };
    this.handler ??= this.load();
    const handle = await this.handler;
    await handle(Object.assign(request, { auth }), response, body);
  }

  @Get(METADATA_PATH.slice(1))
  @Public()
  @ApiOperation({ summary: 'Get the OAuth metadata of the MCP server' })
  @ApiAnswer(200, protectedResourceSchema)
  @ApiErrors(400)
  getProtectedResource(@Req() request: Request) {
    const { OIDC_ISSUER: issuer } = this.config.env;
    return {
      resource: `${baseOf(request)}/mcp`,
      scopes_supported: SCOPES,
      bearer_methods_supported: ['header'],
      ...(issuer && { authorization_servers: [issuer] }),
    };
  }

  /** The protocol's library costs 70 ms of CPU: the first request pays them, not every start. */
  private async load(): Promise<NodeHandler> {
    const library = await import('@modelcontextprotocol/server');
    const { toNodeHandler } = await import('@modelcontextprotocol/node');
    const onerror = (error: Error) => this.logger.warn({ err: error }, 'MCP request failed');
    const handler = library.createMcpHandler((context) => this.servers.create(library, context), { onerror });
    return toNodeHandler(handler, { onerror });
  }

  /** Errors are ignored: a notification has no response. */
  private cancel(ownerId: string, key: string): Promise<void> {
    return this.ask
      .cancel(ownerId, key)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'a cancelled MCP call was not stopped'));
  }

  /** CSRF: a page of another site could call tools on behalf of its visitor. */
  private refuseForeignPage({ headers: { origin } }: Request): void {
    if (origin === undefined || isAmong(allowedOrigins(this.config), origin)) return;
    throw new ParleyError('forbidden', 'foreign-origin', 'Pages of this origin may not call tools');
  }
}

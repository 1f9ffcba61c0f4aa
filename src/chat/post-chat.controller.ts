// `POST /chat` belongs to two surfaces: a body with the key `session_id` is S0, any other is S4.

import { Body, Controller, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { AgentRegistry } from '../agents/agent-registry.js';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../auth/principal.js';
import type { JsonObject } from '../common/json.js';
import { LinkBase } from '../common/links.js';
import { ApiBodies, ApiErrors, ApiEventStream } from '../common/openapi.js';
import { Config } from '../config/config.js';
import { ConversationsService } from '../sessions/conversations.service.js';
import { refuseMisdirected } from './wires/misdirected.js';
import { claimOfMessage } from './message-claim.js';
import { StartsRun } from '../runs/admission/admission.guard.js';
import { RunService, type StartRun } from '../runs/run.service.js';
import { wireOf } from './surface.js';
import { streamOf } from './surfaces.js';
import { streamRun } from './stream-run.js';
import * as movieFinder from './surfaces/movie-finder/wire.js';
import { movieFinder as movieFinderSurface } from './surfaces/movie-finder/surface.js';
import * as movieFinderSchemas from './surfaces/movie-finder/schemas.js';
import * as ragAssistant from './surfaces/rag-assistant/wire.js';
import { ragAssistant as ragAssistantSurface } from './surfaces/rag-assistant/surface.js';
import * as ragAssistantEvents from './surfaces/rag-assistant/events.js';
import * as ragAssistantSchemas from './surfaces/rag-assistant/schemas.js';

const sendingSchema = z.object({ on_busy: z.enum(['reject', 'enqueue']).default('reject') });

/** Parameters of a request outside its body. */
type Sending = Pick<StartRun, 'onBusy'> & { key: string | undefined; base: string };

@ApiTags('Chat')
@RequireScope('chat')
@Controller()
export class PostChatController {
  constructor(
    private readonly runs: RunService,
    private readonly conversations: ConversationsService,
    private readonly agents: AgentRegistry,
    private readonly config: Config,
  ) {}

  @Post('chat')
  @StartsRun()
  @ApiOperation({
    summary: 'Send a message and stream the answer',
    description:
      'With a `session_id` the events are those of the Movie Finder, without one those of the RAG ' +
      'assistant. While a run of the conversation is in progress the message is refused with 409; with ' +
      '`on_busy=enqueue` it is queued.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A repeated request within 24 hours returns the same run, from its start. A `client_message_id` sent over a ' +
      'WebSocket is a key too: that message can be repeated here.',
  })
  @HttpCode(200)
  @ApiBodies([ragAssistantSchemas.sendSchema, movieFinderSchemas.sendSchema(2000)])
  @ApiEventStream(ragAssistantEvents.eventSchema, movieFinderSchemas.eventSchema)
  @ApiErrors(400, 403, 409, 422, 429, 503)
  async sendMessage(
    @Body() body: unknown,
    @CurrentUser() user: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Query({ schema: sendingSchema }) { on_busy: onBusy }: z.output<typeof sendingSchema>,
    @LinkBase() base: string,
    @Res() response: Response,
  ): Promise<void> {
    refuseMisdirected(body);
    const sending = { key, onBusy, base };
    await (isMovieFinder(body)
      ? this.sendToMovieFinder(body, user, sending, response)
      : this.sendToAssistant(body, user, sending, response));
  }

  private async sendToMovieFinder(body: unknown, user: Principal, sending: Sending, response: Response) {
    const turn = movieFinder.fromWire(body, user.id, this.config.env.MAX_MESSAGE_CHARS);
    await movieFinder.refuseForeign(this.conversations, turn);
    await this.stream(turn, wireOf(movieFinderSurface), user, sending, response);
  }

  private async sendToAssistant(body: unknown, user: Principal, sending: Sending, response: Response) {
    const { turn, wire } = ragAssistant.fromWire(body, user.id, this.agents, sending.base);
    await this.stream(turn, wireOf(ragAssistantSurface, wire), user, sending, response);
  }

  private async stream(
    turn: StartRun,
    wire: JsonObject,
    user: Principal,
    { key, onBusy }: Sending,
    response: Response,
  ) {
    const run = await this.runs.start({
      ...turn,
      ...payerOf(user),
      claim: claimOfMessage(turn, key),
      onBusy,
      wire,
    });
    streamRun(response, this.runs, run.runId, streamOf({ ...turn, ...run, wire }));
  }
}

const isMovieFinder = (body: unknown) =>
  typeof body === 'object' && body !== null && Object.hasOwn(body, 'session_id');

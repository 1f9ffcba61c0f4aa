// Vercel's AI SDK: `useChat` with `api: "/api/ai/chat"`. Oddities: a request contains the whole chat, of which only
// the last message is new; a stream is resumed from its first event, also for a while after its end; disconnecting
// does not stop the run, `…/stop` does.

import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../../../auth/principal.js';
import { notFound, ParleyError } from '../../../common/errors.js';
import { LinkBase } from '../../../common/links.js';
import { ApiAnswer, ApiBodies, ApiErrors, ApiEventStream } from '../../../common/openapi.js';
import type { StoredRun } from '../../../database/repositories/runs/stored-run.js';
import { ApprovalsService } from '../../../runs/approvals/approvals.service.js';
import { BranchesService } from '../../../runs/branches/branches.service.js';
import { EventStreamGuard } from '../../../limits/event-stream.guard.js';
import { StartsRun } from '../../../runs/admission/admission.guard.js';
import { RunService, type StartedRun } from '../../../runs/run.service.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { claimOfMessage } from '../../message-claim.js';
import { isOver, runSchema, toRun } from '../../run.schemas.js';
import { streamRun } from '../../stream-run.js';
import { streamIn, wireOf } from '../../surface.js';
import { MessagePictures } from '../../wires/message-pictures.js';
import { WireErrorFilter } from '../../wires/wire-error.filter.js';
import { withEdits, type ChatDecisions } from './decisions.js';
import { toUiMessage } from './history.js';
import { fromWire, type ChatTurnRequest } from './request.js';
import { chatRequestSchema, chunkSchema, messagePageSchema, uiMessagesSchema } from './schemas.js';
import { aiSdk } from './surface.js';

/** Replay window in ms: a page reloaded soon after an answer may still show half of it. */
const REPLAY_MS = 5 * 60_000;
const NOT_FOUND = 'Conversation not found';

@ApiTags('AI SDK')
@RequireScope('chat')
@UseFilters(WireErrorFilter)
@Controller('api/ai/chat')
export class AiSdkController {
  constructor(
    private readonly runs: RunService,
    private readonly approvals: ApprovalsService,
    private readonly branches: BranchesService,
    private readonly conversations: ConversationsService,
    private readonly agents: AgentRegistry,
    private readonly pictures: MessagePictures,
  ) {}

  @Post()
  @StartsRun()
  @ApiOperation({
    summary: 'Send a message of `useChat` and stream the answer',
    description:
      'A message sent twice with the same id returns the same answer. Regenerated answers and edited ' +
      'messages become branches; the earlier ones are kept. A reply with responses to approval requests resumes ' +
      'that reply; a second decision is refused with 409.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @HttpCode(200)
  @ApiBodies([chatRequestSchema])
  @ApiEventStream(chunkSchema)
  @ApiErrors(400, 403, 404, 409, 503)
  async sendUiMessage(
    @Body() body: unknown,
    @CurrentUser() user: Principal,
    @Headers('idempotency-key') header: string | undefined,
    @LinkBase() base: string,
    @Res() response: Response,
  ): Promise<void> {
    const request = fromWire(body, user.id, this.agents);
    if ('decisions' in request) return this.resume(request, user, base, response);
    const key = header ?? request.key;
    const turn = await this.pictures.attach({ ...request.turn, ...payerOf(user) }, request.pictures, {
      field: 'messages',
      key,
    });
    const wire = wireOf(aiSdk, { base });
    const start = { ...turn, wire, claim: claimOfMessage(turn, key) };
    const run = await this.begin(start, request);
    streamRun(response, this.runs, run.runId, streamIn(aiSdk, { ...turn, ...run, wire }, { base }));
  }

  @Get(':id/stream')
  @UseGuards(EventStreamGuard)
  @ApiOperation({
    summary: 'Resume the newest answer of a chat',
    description: 'From its first event; possible until five minutes after its end.',
  })
  @ApiEventStream(chunkSchema)
  @ApiAnswer(204, undefined, 'No run is in progress')
  async streamNewestAnswer(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @LinkBase() base: string,
    @Res() response: Response,
  ): Promise<void> {
    const run = await this.runs.latest(user.id, id);
    if (!run || !isFresh(run)) return void response.status(204).end();
    streamRun(response, this.runs, run.runId, streamIn(aiSdk, run, { base }));
  }

  @Post(':id/stop')
  @ApiOperation({
    summary: 'Stop the run in progress',
    description: 'The partial reply is kept.',
  })
  @HttpCode(200)
  @ApiAnswer(200, runSchema)
  @ApiErrors(404, 503)
  async stopNewestAnswer(@CurrentUser() user: Principal, @Param('id') id: string) {
    const run = await this.runs.latest(user.id, id);
    if (!run) throw notFound(NOT_FOUND);
    return toRun(isOver(run) ? run : await this.runs.stop(user.id, run.runId));
  }

  @Get(':id/messages')
  @RequireScope('conversations:read')
  @ApiOperation({
    summary: 'List the newest messages of a chat, oldest first',
    description: 'For the `messages` option of `useChat`. Older pages: send `next` as `cursor`.',
  })
  @ApiAnswer(200, uiMessagesSchema)
  @ApiErrors(400, 404)
  async listUiMessages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: messagePageSchema }) page: z.output<typeof messagePageSchema>,
    @LinkBase() base: string,
  ) {
    const { messages, next } = await this.conversations.read(user.id, id, page, NOT_FOUND);
    return { messages: messages.map((message) => toUiMessage(message, id, base)), next };
  }

  /** The answer continues in the suspended message: the stream begins after the events that the client already has. */
  private async resume(
    { conversationId, runId, decisions }: ChatDecisions,
    user: Principal,
    base: string,
    to: Response,
  ) {
    const { approvals } = await this.runs.find(user.id, runId);
    const decided = withEdits(decisions, approvals, 'messages');
    const run = await this.approvals.decideAll(user.id, { runId, conversationId }, decided);
    streamRun(to, this.runs, runId, streamIn(aiSdk, run, { base }, run.lastOffset));
  }

  /** A regenerated answer and an edited message are branches of the conversation: the old ones remain. */
  private async begin(turn: ChatTurnRequest['turn'], request: ChatTurnRequest): Promise<StartedRun> {
    const { isRegenerate, editBelow } = request;
    if (!isRegenerate && editBelow === undefined) return this.runs.start(turn);
    try {
      return await (isRegenerate
        ? this.branches.regenerate(turn)
        : this.branches.reply(turn, editBelow ?? null, turn.message));
    } catch (error) {
      // The client has messages that were never stored, such as an answer that failed before its first token.
      if (error instanceof ParleyError && error.kind === 'not-found') return this.runs.start(turn);
      throw error;
    }
  }
}

const isFresh = (run: StoredRun) =>
  !isOver(run) || (run.finishedAt !== null && Date.now() - run.finishedAt.getTime() < REPLAY_MS);

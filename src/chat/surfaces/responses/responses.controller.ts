// OpenAI's Responses under `/v1/responses`. Oddities: invalid input is 400; each response is a run, and can be
// read, resumed and cancelled while in progress, in the background or not; a cancelled answer ends in
// `response.incomplete`.

import {
  Body,
  Controller,
  Delete,
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
import { z } from 'zod';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../../../auth/principal.js';
import { ParleyError } from '../../../common/errors.js';
import { ApiAnswer, ApiBodies, ApiEventStream } from '../../../common/openapi.js';
import { queryInteger } from '../../../common/schemas.js';
import { OptionalEventStreamGuard } from '../../../limits/event-stream.guard.js';
import { BranchesService } from '../../../runs/branches/branches.service.js';
import { StartsRun } from '../../../runs/admission/admission.guard.js';
import { RunService, type StartRun, type StartedRun } from '../../../runs/run.service.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { claimOfMessage } from '../../message-claim.js';
import { streamRun } from '../../stream-run.js';
import { wireOf, type StreamedRun } from '../../surface.js';
import { MessagePictures } from '../../wires/message-pictures.js';
import { refuseUnwritable } from '../../wires/answer-format.js';
import { OpenAiErrorFilter } from '../openai/error.filter.js';
import { modelNamed } from '../openai/models.js';
import { openAiErrorSchema } from '../openai/schemas.js';
import { statusOfFailure, toError } from '../openai/wire.js';
import { responseIdOf } from './ids.js';
import { toItem } from './items.js';
import { fromWire, type NewResponse } from './request.js';
import { RunPart } from './parts.js';
import { ResponseDecider } from './response-decider.js';
import { ResponseLookup, type Place } from './response-lookup.js';
import {
  deletedSchema,
  itemsSchema,
  responseEventSchema,
  responseRequestSchema,
  responseSchema,
} from './schemas.js';
import { responses } from './surface.js';
import { toWire } from './wire.js';
import { Audited } from '../../../auth/audit/audited.decorator.js';

/** A run, and the offset in it behind which a response begins. */
type PartOfRun = StreamedRun & { after: number };

const readSchema = z.object({
  stream: z.enum(['true', 'false']).default('false'),
  starting_after: queryInteger({ min: -1, max: 2 ** 31 - 1, fallback: -1 }),
});

@ApiTags('OpenAI')
@ApiAnswer(400, openAiErrorSchema)
@ApiAnswer(404, openAiErrorSchema)
@RequireScope('chat')
@UseFilters(OpenAiErrorFilter)
@Controller('v1/responses')
export class ResponsesController {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly runs: RunService,
    private readonly branches: BranchesService,
    private readonly conversations: ConversationsService,
    private readonly lookup: ResponseLookup,
    private readonly decisions: ResponseDecider,
    private readonly pictures: MessagePictures,
  ) {}

  @Post()
  @StartsRun()
  @ApiOperation({
    summary: 'Create a response',
    description:
      'In `conversation` or the conversation of `previous_response_id`, otherwise in a new one. With ' +
      '`background` the call returns at once and the response is fetched later. With `store: false` it is ' +
      'deleted after delivery. Items `mcp_approval_response` decide the calls that the previous response waits for; ' +
      'the answer continues in the new response.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @HttpCode(200)
  @ApiBodies([responseRequestSchema])
  @ApiAnswer(200, responseSchema)
  @ApiEventStream(responseEventSchema)
  async createResponse(
    @Body() body: unknown,
    @CurrentUser() user: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const request = fromWire(body);
    const agent = modelNamed(this.agents, request.model);
    if ('decisions' in request) {
      const { run, after } = await this.decisions.decide(user.id, request);
      return this.deliver(response, user, { ...run, after }, request);
    }
    refuseUnwritable(agent, request.turn.generation, 'text.format');
    const options = { ...request.options, model: agent.id };
    const place = await this.placeOf(user, request);
    const { pictures, ...turn } = request.turn;
    const wanted: StartRun = {
      ...turn,
      ownerId: user.id,
      ...payerOf(user),
      agent: agent.id,
      switchesAgent: true,
      conversationId: place?.conversationId,
      history: turn.history.length > 0 ? turn.history : undefined,
      onBusy: options.background ? 'enqueue' : 'reject',
      wire: wireOf(responses, options),
    };
    const start = await this.pictures.attach(wanted, pictures, { field: 'input', key });
    const run = await this.begin({ ...start, claim: claimOfMessage(start, key) }, place);
    const started = { ...run, agent: agent.id, wire: start.wire ?? null };
    if (!options.store) this.eraseWhenDelivered(user, started, response);
    const { isStreamed } = request;
    await this.deliver(
      response,
      user,
      { ...started, after: 0 },
      { isStreamed, isBackground: options.background },
    );
  }

  @Get(':id')
  @UseGuards(OptionalEventStreamGuard)
  @ApiOperation({
    summary: 'Get a response',
    description: '`stream=true` streams its events, starting after `starting_after` if that is given.',
  })
  @ApiAnswer(200, responseSchema)
  @ApiEventStream(responseEventSchema)
  async getResponse(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query({ schema: readSchema }) { stream, starting_after: startingAfter }: z.output<typeof readSchema>,
    @Res() response: Response,
  ): Promise<void> {
    const run = await this.lookup.run(user.id, id);
    if (stream === 'false') return void response.json(await this.lookup.response(run));
    this.stream(response, run, startingAfter);
  }

  @Post(':id/cancel')
  @ApiOperation({ summary: 'Cancel a response', description: 'The partial reply is kept.' })
  @HttpCode(200)
  @ApiAnswer(200, responseSchema)
  async stopResponse(@CurrentUser() user: Principal, @Param('id') id: string) {
    const { runId, after } = await this.lookup.run(user.id, id);
    return this.lookup.response({ ...(await this.runs.stop(user.id, runId)), after });
  }

  @Delete(':id')
  @Audited()
  @ApiOperation({
    summary: 'Delete a response with its conversation',
    description: '409 when the conversation has other messages: delete the conversation instead.',
  })
  @ApiAnswer(200, deletedSchema)
  async deleteResponse(@CurrentUser() user: Principal, @Param('id') id: string) {
    const { conversationId, runId, after } = await this.lookup.run(user.id, id);
    const conversation = await this.conversations.find(user.id, conversationId, 'Response not found');
    if (conversation.messageCount > 2)
      throw new ParleyError(
        'conflict',
        'not-alone',
        'This response is part of a conversation: delete the conversation',
      );
    await this.conversations.delete(user.id, conversationId, 'Response not found');
    return { id: responseIdOf(runId, after), object: 'response', deleted: true as const };
  }

  @Get(':id/input_items')
  @ApiOperation({ summary: 'List the message that a response answers' })
  @ApiAnswer(200, itemsSchema)
  async listInputItems(@CurrentUser() user: Principal, @Param('id') id: string) {
    const run = await this.lookup.run(user.id, id);
    const data = (await this.lookup.questionOf(user.id, run)).map(toItem);
    const itemId = data[0]?.id ?? null;
    return { object: 'list' as const, data, first_id: itemId, last_id: itemId, has_more: false };
  }

  private stream(to: Response, run: PartOfRun, startingAfter?: number): void {
    const { runId, after } = run;
    const toSse = toWire(run, this.lookup.optionsOf(run), { startingAfter, after });
    streamRun(to, new RunPart(this.runs, after), runId, { toSse });
  }

  private async deliver(
    to: Response,
    user: Principal,
    run: PartOfRun,
    { isStreamed, isBackground }: { isStreamed: boolean; isBackground: boolean },
  ): Promise<void> {
    const { runId, after } = run;
    to.setHeader('x-request-id', runId);
    to.setHeader('x-should-retry', 'false');
    if (isStreamed) return this.stream(to, run);
    to.setHeader('X-Run-Id', runId);
    if (isBackground)
      return void to.json(this.lookup.unfinished(await this.runs.find(user.id, runId), after));
    const { events, end } = await new RunPart(this.runs, after).events(runId);
    if (end?.type === 'failed' && end.code !== 'cancelled')
      to.status(statusOfFailure(end)).json(toError(end));
    else to.json(this.lookup.shown(run, events, end, after));
  }

  /** The position a request continues from; undefined for a new conversation. */
  private async placeOf(
    user: Principal,
    { conversation, previousResponseId }: NewResponse,
  ): Promise<Place | undefined> {
    if (previousResponseId) return this.lookup.behind(user.id, previousResponseId);
    if (!conversation) return undefined;
    const { clientId } = await this.lookup.conversation(user.id, conversation);
    return { conversationId: clientId };
  }

  /** Continuing from a response that is not the newest creates a branch. */
  private begin(start: StartRun, place: Place | undefined): Promise<StartedRun> {
    if (!place?.branchBelow) return this.runs.start(start);
    const turn = { ...start, conversationId: place.conversationId };
    return this.branches.reply(turn, place.branchBelow, start.message);
  }

  private eraseWhenDelivered(user: Principal, run: { runId: string; conversationId: string }, to: Response) {
    to.once('close', () => {
      void this.runs
        .finished(run.runId)
        .then(() => this.conversations.delete(user.id, run.conversationId, 'Conversation not found'))
        // Deleted by its owner meanwhile.
        .catch(() => undefined);
    });
  }
}

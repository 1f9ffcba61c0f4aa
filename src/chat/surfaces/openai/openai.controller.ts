// OpenAI's chat completions and models under `/v1`: an agent is a model. Oddities: invalid input is 400; a request
// without a conversation creates one and carries its own history; a failed run must not be retried by clients,
// which retry by default.

import { Body, Controller, Get, Headers, HttpCode, Param, Post, Res, UseFilters } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { wholeEpochSeconds } from '../../../common/time/epoch.js';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../../../auth/principal.js';
import { LinkBase } from '../../../common/links.js';
import { ApiAnswer, ApiBodies, ApiEventStream } from '../../../common/openapi.js';
import { StartsRun } from '../../../runs/admission/admission.guard.js';
import { RunService } from '../../../runs/run.service.js';
import { claimOfMessage } from '../../message-claim.js';
import { streamRun } from '../../stream-run.js';
import { streamIn, wireOf } from '../../surface.js';
import { MessagePictures } from '../../wires/message-pictures.js';
import { refuseUnwritable } from '../../wires/answer-format.js';
import { OpenAiErrorFilter } from './error.filter.js';
import { modelNamed } from './models.js';
import { fromWire } from './request.js';
import {
  chunkSchema,
  completionRequestSchema,
  completionSchema,
  modelSchema,
  modelsSchema,
  openAiErrorSchema,
} from './schemas.js';
import { openAi } from './surface.js';
import { estimateTokens } from '../../wires/usage.js';
import { statusOfFailure, toCompletion, toError, type CompletionOptions } from './wire.js';

const STARTED_AT = wholeEpochSeconds();

@ApiTags('OpenAI')
@ApiAnswer(400, openAiErrorSchema)
@ApiAnswer(404, openAiErrorSchema)
@UseFilters(OpenAiErrorFilter)
@RequireScope('chat')
@Controller('v1')
export class OpenAiController {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly runs: RunService,
    private readonly pictures: MessagePictures,
  ) {}

  @Get('models')
  @ApiOperation({ summary: 'List the agents as models' })
  @ApiAnswer(200, modelsSchema)
  listModels() {
    return { object: 'list' as const, data: this.agents.all.map(({ id }) => toModel(id)) };
  }

  @Get('models/:model')
  @ApiOperation({ summary: 'Get an agent as a model' })
  @ApiAnswer(200, modelSchema)
  getModel(@Param('model') model: string) {
    return toModel(modelNamed(this.agents, model).id);
  }

  @Post('chat/completions')
  @StartsRun()
  @ApiOperation({
    summary: 'Create a chat completion',
    description:
      'The agent named by `model` answers the last message. Without `metadata.conversation_id` or ' +
      '`X-Conversation-Id` the earlier messages are the history and a new conversation is created; with ' +
      'one, the stored conversation is the history. System messages are added to the instructions of the ' +
      'agent.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiHeader({ name: 'X-Conversation-Id', required: false })
  @HttpCode(200)
  @ApiBodies([completionRequestSchema])
  @ApiAnswer(200, completionSchema)
  @ApiEventStream(chunkSchema)
  async createCompletion(
    @Body() body: unknown,
    @CurrentUser() user: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Headers('x-conversation-id') conversation: string | undefined,
    @LinkBase() linkBase: string,
    @Res() response: Response,
  ): Promise<void> {
    const { model, turn, pictures, isStreamed, includeUsage } = fromWire(body, conversation);
    const agent = modelNamed(this.agents, model);
    refuseUnwritable(agent, turn.generation, 'response_format');
    const options: CompletionOptions = {
      model,
      created: wholeEpochSeconds(),
      includeUsage,
      promptTokens: estimateTokens(turn.message),
      baseUrl: linkBase,
      isJson: turn.generation?.format !== undefined,
    };
    const wire = wireOf(openAi, options);
    const start = await this.pictures.attach(
      { ...turn, ownerId: user.id, ...payerOf(user), agent: agent.id, wire },
      pictures,
      { field: 'messages', key },
    );
    const run = await this.runs.start({ ...start, claim: claimOfMessage(start, key) });
    response.setHeader('x-request-id', run.runId);
    response.setHeader('x-should-retry', 'false');
    if (isStreamed)
      return streamRun(response, this.runs, run.runId, streamIn(openAi, { ...start, ...run }, options));
    const { events, end } = await this.runs.finished(run.runId);
    response.setHeader('X-Run-Id', run.runId);
    if (end.type === 'failed' && end.code !== 'cancelled')
      response.status(statusOfFailure(end)).json(toError(end));
    else response.json(toCompletion(run, events, end, options));
  }
}

const toModel = (id: string) => ({
  id,
  object: 'model' as const,
  created: STARTED_AT,
  owned_by: 'parley' as const,
});

// AG-UI 1.0: `HttpAgent` with the URL of an agent. Oddities: the client chooses the run id, and sending it twice
// returns the same run; the protocol has no resume, use `GET /runs/{run_id}/stream?as=ag-ui`; the run's id in
// Parley is in the event `parley.run`.

import { Body, Controller, Headers, HttpCode, Param, Post, Res, UseFilters } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../../../auth/principal.js';
import { notFound } from '../../../common/errors.js';
import { LinkBase } from '../../../common/links.js';
import { ApiBodies, ApiErrors, ApiEventStream } from '../../../common/openapi.js';
import { ApprovalsService } from '../../../runs/approvals/approvals.service.js';
import { StartsRun } from '../../../runs/admission/admission.guard.js';
import { RunService } from '../../../runs/run.service.js';
import { claimOfMessage } from '../../message-claim.js';
import { streamRun } from '../../stream-run.js';
import { wireOf } from '../../surface.js';
import { MessagePictures } from '../../wires/message-pictures.js';
import { WireErrorFilter } from '../../wires/wire-error.filter.js';
import { fromWire, type AgentResume } from './request.js';
import { agUiEventSchema, runAgentSchema } from './schemas.js';
import { agUi } from './surface.js';
import { restarted, toWire, type AgUiOptions } from './wire.js';

@ApiTags('AG-UI')
@RequireScope('chat')
@UseFilters(WireErrorFilter)
@Controller('agui')
export class AgUiController {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly runs: RunService,
    private readonly approvals: ApprovalsService,
    private readonly pictures: MessagePictures,
  ) {}

  @Post(':agent')
  @StartsRun()
  @ApiOperation({
    summary: 'Run an agent over AG-UI',
    description:
      'Answers the last message in the conversation named by `threadId`. With `resume`, decides the calls of tools ' +
      'that it waits for, and continues that answer; a second decision is refused with 409.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @HttpCode(200)
  @ApiBodies([runAgentSchema])
  @ApiEventStream(agUiEventSchema)
  @ApiErrors(400, 403, 404, 409, 503)
  async sendAgUiMessage(
    @Param('agent') name: string,
    @Body() body: unknown,
    @CurrentUser() user: Principal,
    @Headers('idempotency-key') header: string | undefined,
    @LinkBase() base: string,
    @Res() response: Response,
  ): Promise<void> {
    const request = fromWire(body);
    const agent = this.agents.named(name);
    if (!agent) throw notFound(`There is no agent "${name}": GET /agents/ lists them`);
    const { threadId, clientRunId, messages } = request;
    const options = { threadId, clientRunId, base };
    if ('decisions' in request) return this.resume(request, user, options, response);
    const { turn, pictures, key: derived } = request;
    const key = header ?? derived;
    const start = await this.pictures.attach(
      {
        ...turn,
        ownerId: user.id,
        ...payerOf(user),
        agent: agent.id,
        wire: wireOf(agUi, options),
      },
      pictures,
      { field: 'messages', key },
    );
    const run = await this.runs.start({ ...start, claim: claimOfMessage(start, key) });
    streamRun(response, this.runs, run.runId, { toSse: toWire(run, options, messages) });
  }

  /** The resumed run continues in a new run of the client, after the events that the client already has. */
  private async resume(
    { threadId, messages, decisions }: AgentResume,
    user: Principal,
    options: AgUiOptions,
    to: Response,
  ) {
    const newest = await this.runs.latest(user.id, threadId);
    if (!newest) throw notFound('Thread not found');
    const run = await this.approvals.decideAll(user.id, newest, decisions);
    streamRun(to, this.runs, run.runId, {
      toSse: restarted(toWire(run, options, messages), run.lastOffset),
    });
  }
}

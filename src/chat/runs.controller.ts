// `/runs/{run_id}`: status, stream (resumable), stop and continuation of a run, for clients of every surface;
// events are in the format of the surface that started the run.

import { Controller, Get, Headers, HttpCode, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../auth/principal.js';
import { InvalidInput } from '../common/errors.js';
import { ApiAnswer, ApiErrors, ApiEventStream } from '../common/openapi.js';
import { queryInteger } from '../common/schemas.js';
import { parseEventId } from '../common/sse.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import { claimOf } from '../idempotency/idempotency.js';
import { EventStreamGuard } from '../limits/event-stream.guard.js';
import { StartsRun } from '../runs/admission/admission.guard.js';
import { RunService } from '../runs/run.service.js';
import { isOver, runSchema, toRun } from './run.schemas.js';
import { streamRun } from './stream-run.js';
import { eventSchemas, streamOf, surfaceNameSchema } from './surfaces.js';

const streamSchema = z.object({
  as: surfaceNameSchema.optional(),
  after: queryInteger({ min: 0, max: 999_999_999, fallback: 0 }),
});

@ApiTags('Runs')
@RequireScope('chat')
@Controller('runs')
export class RunsController {
  constructor(private readonly runs: RunService) {}

  @Get(':run_id')
  @ApiOperation({ summary: 'Get a run', description: 'While it is in progress: the partial reply.' })
  @ApiAnswer(200, runSchema)
  @ApiErrors(404)
  async getRun(@CurrentUser() user: Principal, @Param('run_id') runId: string) {
    return toRun(await this.runs.find(user.id, runId));
  }

  @Get(':run_id/stream')
  @UseGuards(EventStreamGuard)
  @ApiOperation({
    summary: 'Resume the stream of a run',
    description:
      'Every event after the one named by `Last-Event-ID` or `after`, then new ones as they occur; also ' +
      'after the end of the run. Events that are no longer kept are replaced by one `reset` with the reply ' +
      'up to that point.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The `id:` of the last event received' })
  @ApiEventStream(...eventSchemas)
  @ApiAnswer(204, undefined, 'No events after the one named')
  @ApiErrors(404, 422, 429)
  async streamRun(
    @CurrentUser() user: Principal,
    @Param('run_id') runId: string,
    @Query({ schema: streamSchema }) { as, after }: z.output<typeof streamSchema>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const run = await this.runs.find(user.id, runId);
    const seen = lastEventId ? offsetIn(run, lastEventId) : after;
    const isSilent = isOver(run) || run.status === 'waiting';
    if (isSilent && seen > 0 && seen === run.lastOffset) return void response.status(204).end();
    streamRun(response, this.runs, run.runId, streamOf(run, as, seen));
  }

  @Post(':run_id/stop')
  @ApiOperation({
    summary: 'Stop a run',
    description: 'The partial reply is kept. Stopping a finished run changes nothing.',
  })
  @HttpCode(200)
  @ApiAnswer(200, runSchema)
  @ApiErrors(404, 503)
  async stopRun(@CurrentUser() user: Principal, @Param('run_id') runId: string) {
    return toRun(await this.runs.stop(user.id, runId));
  }

  @Post(':run_id/continue')
  @StartsRun()
  @ApiOperation({
    summary: 'Continue a run that was interrupted, stopped, truncated or failed',
    description:
      'A new run answers the same message; its reply replaces the partial one. A reply that reached the ' +
      'token limit (`finish_reason` is `length`) is kept and extended. Only the last run of a conversation ' +
      'can be continued.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @HttpCode(200)
  @ApiEventStream(...eventSchemas)
  @ApiErrors(404, 409, 422, 429, 503)
  async continueRun(
    @CurrentUser() user: Principal,
    @Param('run_id') runId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const claim = claimOf(user.id, 'POST /runs/{run_id}/continue', key, runId);
    const old = await this.runs.find(user.id, runId);
    const run = await this.runs.continue({ ownerId: user.id, ...payerOf(user) }, old.runId, claim);
    streamRun(response, this.runs, run.runId, streamOf({ ...old, ...run }));
  }
}

/** @throws InvalidInput when it is not the id of an event of this run */
function offsetIn({ runId }: StoredRun, lastEventId: string): number {
  const event = parseEventId(lastEventId);
  if (event?.runId === runId) return event.offset;
  const msg = event ? 'This is the id of an event of another run' : 'This is not the id of an event';
  throw new InvalidInput([
    { type: 'value_error', loc: ['header', 'Last-Event-ID'], msg, input: lastEventId },
  ]);
}

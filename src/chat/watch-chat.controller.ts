// `/chat/{conversation_id}/stream` and `/stop`: a second tab joins or stops the answer in progress. The stream
// replays the run from its first event, in the format of the surface that started it.

import { Controller, Get, Headers, HttpCode, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { notFound } from '../common/errors.js';
import { ApiAnswer, ApiErrors, ApiEventStream } from '../common/openapi.js';
import { parseEventId } from '../common/sse.js';
import { EventStreamGuard } from '../limits/event-stream.guard.js';
import { RunService } from '../runs/run.service.js';
import { streamRun } from './stream-run.js';
import { isOver, runSchema, toRun } from './run.schemas.js';
import { eventSchemas, streamOf, surfaceNameSchema } from './surfaces.js';

const watchSchema = z.object({ as: surfaceNameSchema.optional() });

@ApiTags('Chat')
@RequireScope('chat')
@Controller('chat')
export class WatchChatController {
  constructor(private readonly runs: RunService) {}

  @Get(':conversation_id/stream')
  @UseGuards(EventStreamGuard)
  @ApiOperation({
    summary: 'Stream the run in progress',
    description:
      'For a second tab: streams the current answer from its first event. 204 without a run in progress. ' +
      'With the `Last-Event-ID` of the newest answer the stream continues after that event.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The `id:` of the last event received' })
  @ApiEventStream(...eventSchemas)
  @ApiAnswer(204, undefined, 'No run is in progress')
  @ApiErrors(422, 429)
  async streamCurrentAnswer(
    @CurrentUser() user: Principal,
    @Param('conversation_id') conversationId: string,
    @Query({ schema: watchSchema }) { as }: z.output<typeof watchSchema>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const run = await this.runs.latest(user.id, conversationId);
    const event = parseEventId(lastEventId ?? '');
    const seen = event && event.runId === run?.runId ? event.offset : 0;
    if (!run || (isOver(run) && (seen === 0 || seen === run.lastOffset)))
      return void response.status(204).end();
    streamRun(response, this.runs, run.runId, streamOf(run, as, seen));
  }

  @Post(':conversation_id/stop')
  @ApiOperation({
    summary: 'Stop the run in progress',
    description: 'The partial reply is kept. Without a run in progress nothing changes.',
  })
  @HttpCode(200)
  @ApiAnswer(200, runSchema)
  @ApiErrors(404, 503)
  async stopCurrentAnswer(@CurrentUser() user: Principal, @Param('conversation_id') conversationId: string) {
    const run = await this.runs.latest(user.id, conversationId);
    if (!run) throw notFound('Conversation not found');
    return toRun(isOver(run) ? run : await this.runs.stop(user.id, run.runId));
  }
}

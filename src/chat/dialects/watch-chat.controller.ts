// `GET /chat/{conversation_id}/stream`: a second tab joins the answer that is being written.
// It gets the run from its first event on, in the events of the surface that the conversation's agent belongs to.

import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { RunService } from '../run.service.js';
import { streamRun } from '../stream-run.js';
import * as movieFinder from './movie-finder.js';
import * as ragAssistant from './rag-assistant.js';

const watchSchema = z.object({ as: z.enum(['movie-finder', 'rag-assistant']).optional() });
const eventsSchema = z.union([movieFinder.eventSchema, ragAssistant.eventSchema]);

@ApiTags('Chat')
@Controller()
export class WatchChatController {
  constructor(private readonly runs: RunService) {}

  /** Streams the answer that is being written in a conversation; 204 when there is none. */
  @Get('chat/:conversation_id/stream')
  @ApiProduces('text/event-stream')
  @ApiAnswer(200, eventsSchema, 'Server-sent events; the schema is that of the JSON behind each `data:`')
  @ApiAnswer(204, undefined, 'Nothing is being written')
  @ApiErrors(401, 422)
  async watch(
    @CurrentUser() user: Principal,
    @Param('conversation_id') conversationId: string,
    @Query({ schema: watchSchema }) { as }: z.output<typeof watchSchema>,
    @Res() response: Response,
  ): Promise<void> {
    const run = await this.runs.current(user.id, conversationId);
    if (!run) return void response.status(204).end();
    const isMovies = (as ?? run.agent) === 'movie-finder';
    const toSse = isMovies
      ? movieFinder.toWire(run)
      : ragAssistant.toWire(run, { citations: true, sentinel: false });
    streamRun(response, this.runs, run.runId, toSse);
  }
}

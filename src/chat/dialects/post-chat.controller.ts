// `POST /chat` belongs to two surfaces: a body with the key `session_id` is S0, any other is S4.

import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ApiEventStream } from '../../common/openapi.js';
import { Config } from '../../config/config.js';
import { ConversationsService } from '../../sessions/conversations.service.js';
import { RunService } from '../run.service.js';
import { streamRun } from '../stream-run.js';
import * as movieFinder from './movie-finder.js';
import * as ragAssistant from './rag-assistant.js';

@ApiTags('Chat')
@Controller()
export class PostChatController {
  constructor(
    private readonly runs: RunService,
    private readonly conversations: ConversationsService,
    private readonly config: Config,
  ) {}

  /** Sends a message and streams the answer. The fields of the body decide which client's events are sent. */
  @Post('chat')
  @HttpCode(200)
  @ApiEventStream(
    [movieFinder.sendSchema(2000), ragAssistant.sendSchema],
    [movieFinder.eventSchema, ragAssistant.eventSchema],
  )
  async send(
    @Body() body: unknown,
    @CurrentUser() user: Principal,
    @Res() response: Response,
  ): Promise<void> {
    await (isMovieFinder(body)
      ? this.sendToMovieFinder(body, user, response)
      : this.sendToAssistant(body, user, response));
  }

  private async sendToMovieFinder(body: unknown, user: Principal, response: Response): Promise<void> {
    const turn = movieFinder.fromWire(body, user.id, this.config.env.MAX_MESSAGE_CHARS);
    await movieFinder.refuseForeign(this.conversations, turn);
    const run = await this.runs.start(turn);
    streamRun(response, this.runs, run.runId, movieFinder.toWire(run));
  }

  private async sendToAssistant(body: unknown, user: Principal, response: Response): Promise<void> {
    const { turn, wire } = ragAssistant.fromWire(body, user.id);
    const run = await this.runs.start(turn);
    streamRun(response, this.runs, run.runId, ragAssistant.toWire(run, wire));
  }
}

const isMovieFinder = (body: unknown) =>
  typeof body === 'object' && body !== null && Object.hasOwn(body, 'session_id');

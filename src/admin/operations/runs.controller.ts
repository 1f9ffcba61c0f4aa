import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { cursor } from '../../common/cursor.js';
import { notFound } from '../../common/errors.js';
import { ApiAnswer, ApiErrors, EXAMPLE_CONVERSATION } from '../../common/openapi.js';
import { queryInteger } from '../../common/schemas.js';
import { runCursor } from '../../database/repositories/page.js';
import {
  RunsInProgressRepository,
  type RunInProgress,
} from '../../database/repositories/runs/runs-in-progress.repository.js';
import { RunService } from '../../runs/run.service.js';

const RUN = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
const pageSchema = z.object({
  limit: queryInteger({ min: 1, max: 200, fallback: 50 }),
  cursor: cursor(runCursor).optional(),
});
const runsSchema = z
  .object({
    items: z.array(
      z.object({
        run_id: z.string(),
        conversation_id: z.string(),
        user_id: z.string(),
        email: z.string(),
        agent: z.string(),
        status: z.string().describe('`queued` while a run before it in its conversation is in progress'),
        created_at: z.string(),
      }),
    ),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({
    id: 'RunsInProgress',
    example: {
      items: [
        {
          run_id: RUN,
          conversation_id: EXAMPLE_CONVERSATION,
          user_id: '0b6b2d2e-8a55-4f0e-9c3f-0f9a3c1c7a11',
          email: 'ada@example.com',
          agent: 'assistant',
          status: 'streaming',
          created_at: '2026-01-31T09:30:00.000Z',
        },
      ],
      next: null,
    },
  });
const stoppedSchema = z
  .object({
    run_id: z.string(),
    status: z
      .string()
      .describe('still `streaming` when the process that produces it did not respond in time'),
  })
  .meta({ id: 'StoppedRun', example: { run_id: RUN, status: 'cancelled' } });

const toItem = (run: RunInProgress) => ({
  run_id: run.runId,
  conversation_id: run.conversationId,
  user_id: run.ownerId,
  email: run.email,
  agent: run.agent,
  status: run.status,
  created_at: run.createdAt.toISOString(),
});

/** Runs in progress of all accounts, without their texts. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/runs')
export class AdminRunsController {
  constructor(
    private readonly inProgress: RunsInProgressRepository,
    private readonly runs: RunService,
  ) {}

  @Get()
  @ApiOperation({
    summary: "List all users' runs in progress, newest first",
    description: 'On every replica; without their messages and replies.',
  })
  @ApiAnswer(200, runsSchema)
  @ApiErrors(403, 422)
  async listRunsInProgress(@Query({ schema: pageSchema }) page: z.output<typeof pageSchema>) {
    const { items, next } = await this.inProgress.list(page);
    return { items: items.map(toItem), next };
  }

  @Post(':run_id/stop')
  @HttpCode(200)
  @ApiOperation({
    summary: "Stop any user's run",
    description: 'The partial reply is kept. Stopping a finished run changes nothing.',
  })
  @ApiAnswer(200, stoppedSchema)
  @ApiErrors(403, 404, 503)
  async stopRunAsAdmin(@Param('run_id') runId: string) {
    const ownerId = isUuid(runId) ? await this.inProgress.ownerOf(runId) : null;
    if (!ownerId) throw notFound('Run not found');
    const { status } = await this.runs.stop(ownerId, runId);
    return { run_id: runId, status };
  }
}

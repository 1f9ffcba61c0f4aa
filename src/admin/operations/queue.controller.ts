import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { AttachmentsRepository } from '../../database/repositories/documents/attachments.repository.js';
import { IndexingRepository } from '../../database/repositories/documents/indexing.repository.js';
import { IngestionQueue } from '../../ingestion/ingestion-queue.js';
import { DocumentsIndexService } from '../documents-index.service.js';
import { queuedSchema } from '../schemas.js';

const queueSchema = z
  .object({
    queue: z
      .object({
        waiting: z.int(),
        active: z.int(),
        delayed: z.int().describe('jobs that failed and are tried again later'),
      })
      .nullable()
      .describe('jobs in Redis; null while it is unavailable'),
    outbox: z
      .object({
        pending: z.int(),
        indexing: z.int(),
        failed: z.int(),
        deleted: z.int().describe('deleted attachments whose files and vectors are not removed yet'),
        oldest_at: z
          .string()
          .nullable()
          .describe('of those pending or being indexed, the longest without progress'),
      })
      .describe('attachments in PostgreSQL, from which lost jobs are queued again'),
  })
  .meta({
    id: 'QueueStatus',
    example: {
      queue: { waiting: 3, active: 2, delayed: 0 },
      outbox: { pending: 3, indexing: 2, failed: 1, deleted: 0, oldest_at: '2026-01-31T09:30:00.000Z' },
    },
  });

/** The queue of files to be indexed. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/queue')
export class AdminQueueController {
  constructor(
    private readonly queue: IngestionQueue,
    private readonly indexing: IndexingRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly index: DocumentsIndexService,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Get the depth of the ingestion queue and its outbox',
    description:
      'A job that failed permanently is an attachment with the status `failed`: `POST /admin/uploads` lists them.',
  })
  @ApiAnswer(200, queueSchema)
  @ApiErrors(403)
  async getQueueStatus() {
    const [queue, { pending, indexing, discarded }, failed, oldest] = await Promise.all([
      this.queue.depth(),
      this.indexing.backlog(),
      this.attachments.count('failed'),
      this.indexing.oldestUnfinished(),
    ]);
    const outbox = { pending, indexing, failed, deleted: discarded };
    return { queue, outbox: { ...outbox, oldest_at: oldest?.toISOString() ?? null } };
  }

  @Post('retry')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Queue all failed attachments again',
    description: '`POST /admin/ingest` retries one of them.',
  })
  @ApiAnswer(202, queuedSchema)
  @ApiErrors(403)
  async retryFailedJobs() {
    return { status: 'queued', count: await this.index.reindexFailed() };
  }
}

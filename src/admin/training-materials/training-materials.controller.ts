import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { refSchema } from './git-ref.js';
import { TrainingMaterialsService, type SyncReport } from './training-materials.service.js';

const requestSchema = z.preprocess(
  (body) => body ?? {},
  z
    .object({ target_ref: refSchema.nullish() })
    .meta({ id: 'TrainingMaterialsSync', example: { target_ref: 'origin/main' } }),
);

const reportSchema = z
  .object({
    status: z.literal('ok'),
    git: z.object({
      target: z.string(),
      previous_commit: z.string().nullable(),
      current_commit: z.string(),
      updated: z.boolean(),
    }),
    ingest: z.object({
      indexed: z.int().describe('the same as `stored`: they are indexed after the response'),
      stored: z.int().describe('new or changed documents'),
      pending: z
        .int()
        .describe('documents of the repository that are not indexed yet, those of earlier syncs too'),
      skipped: z.int().describe('documents that did not change'),
      deleted: z.int().describe('documents that the repository no longer has'),
    }),
  })
  .meta({
    id: 'TrainingMaterialsReport',
    example: {
      status: 'ok',
      git: {
        target: 'origin/main',
        previous_commit: '5b1d2c0f4e6a8b9c7d3e1f2a4b6c8d0e2f4a6b8c',
        current_commit: '9e107d9d372bb6826bd81d3542a419d6e277d6a1',
        updated: true,
      },
      ingest: { indexed: 3, stored: 3, pending: 3, skipped: 41, deleted: 1 },
    },
  });

@ApiTags('Admin')
@AdminOnly()
@Controller('admin/training-materials')
export class TrainingMaterialsController {
  constructor(private readonly materials: TrainingMaterialsService) {}

  /** Syncs the training materials to a branch, tag or commit of their git repository. */
  @Post('sync')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sync the training materials',
    description:
      'Fetches a branch, tag or commit of TRAINING_MATERIALS_REPO_URL, without a body that of ' +
      'TRAINING_MATERIALS_REF, and adds, updates and deletes documents by checksum. Responds when new and changed documents are ' +
      'stored and queued for indexing. 409 when none is configured, a sync is running, the ref does not ' +
      'exist or the repository is too large; 502 when it cannot be fetched.',
  })
  @ApiAnswer(200, reportSchema, 'The fetched commit, and how many documents changed')
  @ApiErrors(403, 409, 422, 502, 503)
  async syncTrainingMaterials(
    @Body({ schema: requestSchema }) { target_ref: target }: z.output<typeof requestSchema>,
  ) {
    return toReport(await this.materials.sync(target));
  }
}

function toReport({ git: { target, previousCommit, currentCommit }, ingest }: SyncReport) {
  return {
    status: 'ok',
    git: {
      target,
      previous_commit: previousCommit,
      current_commit: currentCommit,
      updated: previousCommit !== currentCommit,
    },
    ingest: { indexed: ingest.stored, ...ingest },
  };
}

import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { parseInput } from '../../common/http/validation.pipe.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { EmbeddingSwitchService, type IndexStatus } from './embedding-switch.service.js';
import { indexesSchema, modelParamsSchema, switchSchema } from './schemas.js';

/** Embedding indexes, one per model, and switching between them. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/embeddings')
export class EmbeddingsController {
  constructor(private readonly indexes: EmbeddingSwitchService) {}

  @Get()
  @ApiOperation({ summary: 'List the indexes of embedding models, with their progress' })
  @ApiAnswer(200, indexesSchema)
  @ApiErrors(403)
  listEmbeddingIndexes() {
    return this.list();
  }

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Change the embedding model',
    description:
      'Builds the index of the model in the background while the active one answers, checks it, and makes it the active one. Naming the active model ends a change that is in progress.',
  })
  @ApiAnswer(202, indexesSchema)
  @ApiErrors(403, 422)
  async switchEmbeddings(@Body({ schema: switchSchema }) body: z.output<typeof switchSchema>) {
    await this.indexes.request(body.model, body.skip_check);
    return this.list();
  }

  @Post('rollback')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Go back to the embedding model that was active before',
    description: 'Immediate when its index is complete; otherwise the index is completed first.',
  })
  @ApiAnswer(200, indexesSchema)
  @ApiErrors(403, 409)
  async rollBackEmbeddings() {
    await this.indexes.rollBack();
    return this.list();
  }

  @Delete(':model')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Delete the index of an embedding model',
    description: 'Its vectors are deleted in the background. The active index cannot be deleted.',
  })
  @ApiAnswer(202, indexesSchema)
  @ApiErrors(403, 404, 409, 422)
  async deleteEmbeddingIndex(@Param('model') name: string) {
    const { model } = parseInput(modelParamsSchema, { model: name }, 'path');
    await this.indexes.purge(model);
    return this.list();
  }

  private async list() {
    return { items: (await this.indexes.list()).map(toItem) };
  }
}

const toItem = (index: IndexStatus) => ({
  model: index.model,
  status: statusOf(index),
  documents: { done: index.documents, total: index.documentsTotal },
  chunks: { done: index.chunks, total: index.chunksTotal },
  activated_at: index.activatedAt?.toISOString() ?? null,
  error: index.error,
});

function statusOf({ isActive, requestedAt, purgeRequestedAt }: IndexStatus) {
  if (isActive) return 'active' as const;
  if (purgeRequestedAt) return 'deleting' as const;
  return requestedAt ? ('building' as const) : ('kept' as const);
}

// `/memories/`: facts about the caller for prompts of all conversations.

import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { Audited } from '../auth/audit/audited.decorator.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { cursor } from '../common/cursor.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { queryInteger } from '../common/schemas.js';
import { boundedText, isVisible } from '../common/text.js';
import type { StoredMemory } from '../database/repositories/accounts/memories.repository.js';
import { memoryCursor } from '../database/repositories/page.js';
import { MAX_MEMORIES, MAX_MEMORY_CHARS, MemoriesService } from '../sessions/memories/memories.service.js';

const AT = '2026-01-31T09:30:00.000Z';
const FACT = 'Prefers answers in metric units.';

const wishSchema = z
  .object({
    content: boundedText(1, MAX_MEMORY_CHARS).refine(isVisible, {
      error: 'Value should have a visible character',
    }),
  })
  .meta({ id: 'NewMemory', example: { content: FACT } });
const memorySchema = z
  .object({ id: z.string(), content: z.string(), created_at: z.string(), updated_at: z.string() })
  .meta({
    id: 'Memory',
    example: {
      id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
      content: FACT,
      created_at: AT,
      updated_at: AT,
    },
  });
const memoriesSchema = z
  .object({
    items: z.array(memorySchema),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
    enabled: z.boolean().describe('whether they are used in prompts, and new ones are kept (MEMORY=on)'),
  })
  .meta({
    id: 'Memories',
    example: { items: [memorySchema.meta()?.example], next: null, enabled: true },
  });
const pageSchema = z.object({
  limit: queryInteger({ min: 1, max: MAX_MEMORIES, fallback: MAX_MEMORIES }),
  cursor: cursor(memoryCursor).optional(),
});

const toMemory = ({ id, content, createdAt, updatedAt }: StoredMemory) => ({
  id,
  content,
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});

@ApiTags('Memories')
@RequireScope('chat')
@Controller('memories')
export class MemoriesController {
  constructor(private readonly memories: MemoriesService) {}

  @Get()
  @ApiOperation({
    summary: "List the caller's memories, newest first",
    description:
      'Facts that the caller has written or confirmed. They are part of the caller’s own prompts only.',
  })
  @ApiAnswer(200, memoriesSchema)
  @ApiErrors(422)
  async listMemories(
    @CurrentUser() { id: ownerId }: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ) {
    const { items, next } = await this.memories.list(ownerId, page);
    return { items: items.map(toMemory), next, enabled: this.memories.isOn };
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Create a memory',
    description: `At most ${MAX_MEMORIES}; one with the same text is returned instead. 403 unless MEMORY=on.`,
  })
  @ApiAnswer(201, memorySchema)
  @ApiErrors(403, 409, 422)
  async createMemory(
    @CurrentUser() { id: ownerId }: Principal,
    @Body({ schema: wishSchema }) { content }: z.output<typeof wishSchema>,
  ) {
    return toMemory(await this.memories.add(ownerId, content));
  }

  @Patch(':memory_id')
  @ApiOperation({ summary: 'Change the text of a memory', description: '403 unless MEMORY=on.' })
  @ApiAnswer(200, memorySchema)
  @ApiErrors(403, 404, 422)
  async updateMemory(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('memory_id') id: string,
    @Body({ schema: wishSchema }) { content }: z.output<typeof wishSchema>,
  ) {
    return toMemory(await this.memories.change(ownerId, id, content));
  }

  @Delete(':memory_id')
  @Audited()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a memory' })
  @ApiAnswer(204)
  @ApiErrors(404)
  async deleteMemory(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('memory_id') id: string,
  ): Promise<void> {
    await this.memories.delete(ownerId, id);
  }
}

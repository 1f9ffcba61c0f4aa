import { Controller, Delete, Get, Param, Query, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { ApiAnswer, ApiErrors, ApiEventStream } from '../common/openapi.js';
import { cursor } from '../common/cursor.js';
import { LinkBase } from '../common/links.js';
import { clampedInteger, queryInteger } from '../common/schemas.js';
import { SseWriter } from '../common/sse.js';
import { attachmentCursor } from '../database/repositories/page.js';
import { EventStreamGuard } from '../limits/event-stream.guard.js';
import { AttachmentsService } from './attachments.service.js';
import { attachmentSchema, toAttachment } from './schemas.js';
import { Audited } from '../auth/audit/audited.decorator.js';

const pageSchema = z.object({
  limit: clampedInteger({ min: 1, max: 1_000, fallback: 200 }),
  offset: queryInteger({ min: 0, max: 2 ** 31 - 1, fallback: 0 }),
  cursor: cursor(attachmentCursor).optional(),
});
const listSchema = z
  .object({
    items: z.array(attachmentSchema),
    limit: z.int(),
    offset: z.int(),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({
    id: 'Attachments',
    example: { items: [attachmentSchema.meta()?.example], limit: 200, offset: 0, next: null },
  });
const deletedSchema = z.object({ status: z.literal('deleted'), attachment_id: z.string() }).meta({
  id: 'DeletedAttachment',
  example: { status: 'deleted', attachment_id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21' },
});
const eventSchema = z
  .object({ type: z.literal('status'), attachment: attachmentSchema })
  .meta({ id: 'AttachmentEvent' });

/** The status of users' documents and of those of the system. */
@ApiTags('RAG assistant')
@RequireScope('documents:read')
@Controller('attachments')
export class AttachmentsController {
  constructor(private readonly attachments: AttachmentsService) {}

  @Get()
  @ApiOperation({ summary: "List the caller's attachments and those of the system, newest first" })
  @ApiAnswer(200, listSchema)
  @ApiErrors(422)
  async listAttachments(
    @CurrentUser() user: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
    @LinkBase() base: string,
  ) {
    const { items, next } = await this.attachments.list(user.id, page);
    const { limit, offset } = page;
    return { items: items.map((item) => toAttachment(item, base)), limit, offset, next };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an attachment and its indexing progress' })
  @ApiAnswer(200, attachmentSchema)
  @ApiErrors(404)
  async getAttachment(@CurrentUser() user: Principal, @Param('id') id: string, @LinkBase() base: string) {
    return toAttachment(await this.attachments.find(user, id), base);
  }

  @Get(':id/events')
  @UseGuards(EventStreamGuard)
  @ApiOperation({
    summary: 'Stream the indexing progress of an attachment',
    description:
      'The first event is sent at once, further ones on every change. The stream ends after `indexed` or ' +
      '`failed`, when the attachment is deleted, or after ten minutes.',
  })
  @ApiEventStream(eventSchema)
  @ApiErrors(404, 429)
  async streamAttachmentEvents(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @LinkBase() base: string,
    @Res() response: Response,
  ) {
    const first = await this.attachments.find(user, id);
    const closed = new AbortController();
    // No backpressure needed, as little is written.
    const writer = new SseWriter(
      response,
      () => undefined,
      () => closed.abort(),
    );
    for await (const attachment of this.attachments.follow(first, closed.signal))
      writer.write(
        `data: ${JSON.stringify({ type: 'status', attachment: toAttachment(attachment, base) })}\n\n`,
      );
    writer.end();
  }

  @RequireScope('documents:write')
  @Delete(':id')
  @Audited()
  @ApiOperation({
    summary: 'Delete an attachment with its bytes and its index',
    description: 'System attachments can be deleted by admins only.',
  })
  @ApiAnswer(200, deletedSchema)
  @ApiErrors(403, 404)
  async deleteAttachment(@CurrentUser() user: Principal, @Param('id') id: string) {
    await this.attachments.delete(user, id);
    return { status: 'deleted', attachment_id: id };
  }
}

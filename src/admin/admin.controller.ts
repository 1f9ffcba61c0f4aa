import { Body, Controller, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AdminOnly } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { LinkBase } from '../common/links.js';
import { ApiAnswer, ApiBodies, ApiErrors } from '../common/openapi.js';
import { parseInput } from '../common/http/validation.pipe.js';
import { AttachmentsRepository } from '../database/repositories/documents/attachments.repository.js';
import { claimOf } from '../idempotency/idempotency.js';
import { ApiUploadKey, toAttachment, toUploaded, uploadedSchema } from '../uploads/schemas.js';
import { identityOf, UploadReader } from '../uploads/upload-reader.js';
import { UploadsService } from '../uploads/uploads.service.js';
import { DocumentsIndexService } from './documents-index.service.js';
import {
  filtersSchema,
  ingestSchema,
  queuedSchema,
  reloadedSchema,
  systemUploadSchema,
  uploadsSchema,
} from './schemas.js';

/** Documents of all users, and the index over them. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin')
export class AdminController {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly reader: UploadReader,
    private readonly uploads: UploadsService,
    private readonly index: DocumentsIndexService,
  ) {}

  @Post('uploads')
  @HttpCode(200)
  @ApiOperation({
    summary: "List all users' uploads, or upload a file for all users",
    description:
      "With a form that has a `file`, it is stored for all users; without one the response is a page of all users' uploads.",
  })
  @ApiUploadKey()
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBodies([filtersSchema, systemUploadSchema], { required: false })
  @ApiAnswer(200, uploadsSchema, 'A page of the list, newest first')
  @ApiAnswer(201, uploadedSchema, 'The file, available to every user')
  @ApiErrors(400, 403, 413, 415, 422, 429, 503)
  async manageUploads(
    @CurrentUser() admin: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @LinkBase() base: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    if (!request.is('multipart/form-data')) return this.list(request.body, base);
    const file = await this.reader.receive(request, { ownerId: admin.id, room: Infinity }, (incoming) =>
      this.uploads.acceptSystem(
        admin.id,
        incoming,
        claimOf(admin.id, 'POST /admin/uploads', key, identityOf(incoming)),
      ),
    );
    response.status(201);
    return toUploaded(file, base);
  }

  @Post('ingest')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Index one attachment or all again',
    description: 'Without a body all of them. The current index serves until the new one is complete.',
  })
  @ApiBodies([ingestSchema], { required: false })
  @ApiAnswer(202, queuedSchema)
  @ApiErrors(403, 404, 422)
  async reindexAttachments(@Body() body: unknown) {
    const { attachment_id, id = attachment_id } = parseInput(ingestSchema, body ?? {}, 'body');
    if (id === undefined) return { status: 'queued', count: await this.index.reindexAll() };
    return { status: 'queued', attachment_id: id, job_id: await this.index.reindex(id) };
  }

  @Post('reload')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Reload the index from the vector store',
    description: 'Works without a restart; returns the counts after the reload.',
  })
  @ApiAnswer(200, reloadedSchema)
  @ApiErrors(403, 503)
  async reloadIndex() {
    return { status: 'ok', ...(await this.index.reload()) };
  }

  private async list(body: unknown, base: string) {
    const { owner_user_id, status, scope, limit, offset, cursor } = parseInput(
      filtersSchema,
      body ?? {},
      'body',
    );
    const { items, next, total } = await this.attachments.adminList({
      ownerId: owner_user_id ?? undefined,
      status: status ?? undefined,
      scope: scope ?? undefined,
      limit,
      offset,
      cursor: cursor ?? undefined,
    });
    return { items: items.map((item) => toAttachment(item, base)), total, limit, offset, next };
  }
}

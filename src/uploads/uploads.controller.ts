import { Controller, Get, Headers, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { LinkBase } from '../common/links.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { boundedText } from '../common/text.js';
import { claimOf } from '../idempotency/idempotency.js';
import { RunningTable } from './running-table.js';
import { ApiUpload, toUploaded, uploadedSchema } from './schemas.js';
import { identityOf, UploadReader } from './upload-reader.js';
import { UploadsService } from './uploads.service.js';

const conversationIdSchema = boundedText(1, 128);

const rowAddedSchema = z.object({ message: z.string(), file_path_db_rowid: z.int() }).meta({
  id: 'UploadedRow',
  example: { message: 'File uploaded successfully!', file_path_db_rowid: 1 },
});

const rowsSchema = z.array(z.object({ rowid: z.int(), type: z.string(), description: z.string() })).meta({
  id: 'RunningTable',
  example: [
    {
      rowid: 1,
      type: 'userinput',
      description: "User uploads file 'testing features data.csv', saving location is in this row.",
    },
  ],
});

/** Agent of a conversation created by an upload. */
const DEFAULT_AGENT = 'assistant';

/** Uploads: of the RAG assistant, for all conversations, and of the agent desk, for one. */
@Controller()
export class UploadsController {
  constructor(
    private readonly reader: UploadReader,
    private readonly uploads: UploadsService,
    private readonly table: RunningTable,
  ) {}

  @RequireScope('documents:write')
  @Post('upload')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Upload a document',
    description: 'The file is stored before the response and indexed afterwards: poll its `status`.',
  })
  @ApiTags('RAG assistant')
  @ApiUpload()
  @ApiAnswer(201, uploadedSchema)
  @ApiErrors(400, 409, 413, 415, 422, 429, 503)
  async uploadFile(
    @CurrentUser() { id: ownerId }: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @LinkBase() base: string,
    @Req() request: Request,
  ) {
    const allowance = await this.uploads.allowance(ownerId, Boolean(key));
    const accepted = await this.reader.receive(request, allowance, (file) =>
      this.uploads.accept(ownerId, file, claimOf(ownerId, 'POST /upload', key, identityOf(file))),
    );
    return toUploaded(accepted, base);
  }

  @RequireScope('documents:write')
  @Post('upload/:conversationID')
  @HttpCode(200)
  @ApiOperation({ summary: 'Upload a file to a conversation, with a row in its running table' })
  @ApiTags('Agent desk')
  @ApiUpload()
  @ApiAnswer(200, rowAddedSchema)
  @ApiErrors(400, 409, 413, 415, 422, 429, 503)
  async uploadFileToConversation(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('conversationID', { schema: conversationIdSchema }) clientId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: Request,
  ) {
    const allowance = await this.uploads.allowance(ownerId, Boolean(key));
    const { rowid } = await this.reader.receive(request, allowance, (file) => {
      const claim = claimOf(ownerId, 'POST /upload/{id}', key, { clientId, ...identityOf(file) });
      return this.uploads.acceptInConversation({ ownerId, clientId, agent: DEFAULT_AGENT }, file, claim);
    });
    return { message: 'File uploaded successfully!', file_path_db_rowid: rowid };
  }

  @RequireScope('conversations:read')
  @Get('db/:conversationID')
  @ApiOperation({ summary: 'List the running table of a conversation in order; empty for an unknown one' })
  @ApiTags('Agent desk')
  @ApiAnswer(200, rowsSchema)
  listRunningRows(@CurrentUser() user: Principal, @Param('conversationID') clientId: string) {
    return this.table.list(user.id, clientId);
  }
}

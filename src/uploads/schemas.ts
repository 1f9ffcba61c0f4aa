import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader } from '@nestjs/swagger';
import { z } from 'zod';
import { epochSeconds } from '../common/time/epoch.js';
import { READ_KINDS } from '../ingestion/parsers/file-kinds.js';
import type { StoredAttachment } from '../database/repositories/documents/attachments.repository.js';
import type { AcceptedUpload } from '../database/repositories/documents/uploads.repository.js';

const attachmentScopeSchema = z.enum(['user', 'system']);
const attachmentStatusSchema = z.enum(['pending', 'indexing', 'indexed', 'failed']);

const EXAMPLE = {
  id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21',
  uri: '/attachments/01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21/raw',
  filename: 'handbook.pdf',
  content_type: 'application/pdf',
};

/** Answer to an upload. */
export const uploadedSchema = z
  .object({
    id: z.string(),
    attachment_id: z.string().describe('the same as `id`'),
    status: attachmentStatusSchema,
    uri: z.string().describe('URL of the uploaded bytes'),
    filename: z.string(),
    content_type: z.string(),
    size: z.int(),
    scope: attachmentScopeSchema,
    caption: z.string().nullable(),
  })
  .meta({
    id: 'UploadedFile',
    example: {
      ...EXAMPLE,
      attachment_id: EXAMPLE.id,
      status: 'pending',
      size: 482_113,
      scope: 'user',
      caption: null,
    },
  });

export const attachmentSchema = z
  .object({
    id: z.string(),
    scope: attachmentScopeSchema,
    owner_user_id: z.string().nullable(),
    uri: z.string().describe('URL of the uploaded bytes'),
    filename: z.string(),
    content_type: z.string(),
    size_bytes: z.int(),
    status: attachmentStatusSchema,
    error: z.string().nullable().describe('reason of the failure, for people'),
    warnings: z
      .array(z.string())
      .describe('parts of the file that were skipped or may be misread; set when it is indexed'),
    revision: z.int().describe('how often indexing was requested'),
    chunk_count: z.int(),
    chunks_embedded: z.int().describe('number of its chunks with a vector'),
    caption: z.string().nullable(),
    created_at: z.number().describe('seconds since 1970'),
  })
  .meta({
    id: 'Attachment',
    example: {
      ...EXAMPLE,
      scope: 'user',
      owner_user_id: '6a1f0f0e-4f7e-4f55-9a53-0d8f5d4f8a10',
      size_bytes: 482_113,
      status: 'indexing',
      error: null,
      warnings: [],
      revision: 1,
      chunk_count: 420,
      chunks_embedded: 128,
      caption: null,
      created_at: 1_795_200_000.25,
    },
  });

/** @param base base URL of links */
export const toUploaded = (
  a: AcceptedUpload['attachment'],
  base: string,
): z.output<typeof uploadedSchema> => ({
  id: a.id,
  attachment_id: a.id,
  status: a.status,
  uri: `${base}/attachments/${a.id}/raw`,
  filename: a.filename,
  content_type: a.contentType,
  size: a.sizeBytes,
  scope: a.scope,
  caption: a.caption,
});

/** @param base base URL of links */
export const toAttachment = (a: StoredAttachment, base: string): z.output<typeof attachmentSchema> => ({
  id: a.id,
  scope: a.scope,
  owner_user_id: a.ownerId,
  uri: `${base}/attachments/${a.id}/raw`,
  filename: a.filename,
  content_type: a.contentType,
  size_bytes: a.sizeBytes,
  status: a.status,
  error: a.error,
  warnings: a.warnings,
  revision: a.revision,
  chunk_count: a.chunkCount,
  chunks_embedded: a.chunksEmbedded,
  caption: a.caption,
  created_at: epochSeconds(a.createdAt),
});

/** Documents the key under which an upload can be repeated. */
export const ApiUploadKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A repeated request with the same file within 24 hours returns the first response and stores nothing',
  });

/** Documents the form of an upload. */
export const ApiUpload = () =>
  applyDecorators(
    ApiUploadKey(),
    ApiConsumes('multipart/form-data'),
    ApiBody({
      required: true,
      schema: {
        type: 'object',
        required: ['file'],
        properties: {
          file: {
            type: 'string',
            format: 'binary',
            description: `One of ${READ_KINDS}, detected from the content`,
          },
        },
      },
    }),
  );

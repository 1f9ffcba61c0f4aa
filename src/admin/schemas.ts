import { z } from 'zod';
import { cursor } from '../common/cursor.js';
import { uuid } from '../common/schemas.js';
import { attachmentCursor } from '../database/repositories/page.js';
import { attachmentSchema } from '../uploads/schemas.js';

const MAX_PAGE = 1_000;
const MAX_OFFSET = 2 ** 31 - 1;

/** An integer in a body; clamped to its range. */
const clamped = (min: number, max: number, fallback: number) =>
  z
    .int()
    .nullish()
    .transform((value) => Math.min(max, Math.max(min, value ?? fallback)))
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback });

/** Which uploads to list; all of them without a filter. */
export const filtersSchema = z
  .object({
    owner_user_id: uuid().nullish(),
    status: attachmentSchema.shape.status.nullish(),
    scope: attachmentSchema.shape.scope.nullish(),
    limit: clamped(1, MAX_PAGE, 50),
    offset: z
      .int()
      .min(0)
      .max(MAX_OFFSET)
      .nullish()
      .transform((value) => value ?? 0)
      .meta({ type: 'integer', minimum: 0, maximum: MAX_OFFSET, default: 0 }),
    cursor: cursor(attachmentCursor).nullish(),
  })
  .meta({ id: 'UploadFilters', example: { status: 'failed', limit: 50, offset: 0 } });

/** A file for all users; only for the documentation, as a form is parsed while streaming. */
export const systemUploadSchema = z.object({ file: z.file() }).meta({ id: 'SystemUpload' });

export const uploadsSchema = z
  .object({
    items: z.array(attachmentSchema),
    total: z.int(),
    limit: z.int(),
    offset: z.int(),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({
    id: 'AllUploads',
    example: { items: [attachmentSchema.meta()?.example], total: 1, limit: 50, offset: 0, next: null },
  });

/** Without any field: all attachments. Unknown fields alone are an error, not a request to re-index everything. */
export const ingestSchema = z
  .looseObject({ attachment_id: z.string().optional(), id: z.string().optional() })
  .refine((body) => Object.keys(body).length === 0 || (body.attachment_id ?? body.id) !== undefined, {
    path: ['attachment_id'],
    error: 'Field required',
    params: { type: 'missing' },
  })
  .meta({ id: 'IngestRequest', example: { attachment_id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21' } });

export const queuedSchema = z
  .object({
    status: z.literal('queued'),
    attachment_id: z.string().optional(),
    job_id: z.string().optional(),
    count: z.int().optional().describe('the number of attachments, when all were requested'),
  })
  .meta({
    id: 'QueuedIngest',
    example: {
      status: 'queued',
      attachment_id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21',
      job_id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21-2',
    },
  });

export const reloadedSchema = z
  .object({ status: z.literal('ok'), collection: z.string(), points: z.int(), documents: z.int() })
  .meta({
    id: 'ReloadedIndex',
    example: { status: 'ok', collection: 'parley', points: 1_204, documents: 31 },
  });

/** The model server and its recent failures, as recorded by one process. */
export const modelStatusSchema = z
  .object({
    address: z.string().nullable().describe('null when no model is configured'),
    warnings: z.array(z.string()),
    failures: z
      .array(
        z.object({
          created_at: z.string(),
          code: z.string(),
          message: z.string().describe('the message that users received'),
          detail: z.string().nullable().describe("the server's message"),
        }),
      )
      .describe('the latest 20 since the start, newest first'),
  })
  .meta({
    id: 'ModelStatus',
    example: {
      address: 'http://127.0.0.1:11434/v1',
      warnings: [],
      failures: [
        {
          created_at: '2026-11-29T15:00:00.500Z',
          code: 'model-context',
          message: 'This conversation is longer than the model reads.',
          detail: 'context length is 4096',
        },
      ],
    },
  });

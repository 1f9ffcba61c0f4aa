import { z } from 'zod';
import type { Erasure } from '../database/entities/erasure.entity.js';

/** Within this time nothing of the account is left; rows are deleted with the answer. */
const COMPLETE_WITHIN_SECONDS = 60;

export const confirmSchema = z
  .object({ password: z.string().max(1_024).describe("the account's current password") })
  .meta({ id: 'AccountDeletion', example: { password: 'correct horse battery staple' } });

const count = z.int().min(0);

export const receiptSchema = z
  .object({
    account_id: z.string(),
    requested_at: z.string(),
    complete_within_seconds: z.int().describe('files, vectors and caches are deleted after the answer'),
    erased: z.object({
      conversations: count,
      messages: count,
      runs: count,
      running_rows: count,
      attachments: count,
      chunks: count,
    }),
  })
  .meta({
    id: 'ErasureReceipt',
    example: {
      account_id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21',
      requested_at: '2026-01-31T09:30:00.000Z',
      complete_within_seconds: COMPLETE_WITHIN_SECONDS,
      erased: { conversations: 12, messages: 96, runs: 48, running_rows: 3, attachments: 2, chunks: 140 },
    },
  });

export const toReceipt = ({ accountId, requestedAt, counts }: Erasure): z.output<typeof receiptSchema> => ({
  account_id: accountId,
  requested_at: requestedAt.toISOString(),
  complete_within_seconds: COMPLETE_WITHIN_SECONDS,
  erased: counts,
});

import { z } from 'zod';
import { nameText } from '../../common/text.js';
import type { ApiKey } from '../../database/entities/accounts/api-key.entity.js';
import { SCOPES } from '../scopes.js';

const KEY_EXAMPLE = {
  id: '0b0f6a3e-0b5c-4a3e-9a37-8d1f3f0f7f61',
  name: 'nightly import',
  prefix: 'pk_4fJ9xK',
  scopes: ['chat', 'documents:write'],
  expires_at: null,
  last_used_at: '2026-01-31T09:30:00.000Z',
  created_at: '2026-01-30T08:00:00.000Z',
};

export const newKeySchema = z
  .object({
    name: nameText(100),
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
    expires_at: z.iso
      .datetime({ offset: true, abort: true })
      .refine((time) => Date.parse(time) > Date.now(), { error: 'The time should be in the future' })
      .nullish()
      .describe('without it the key does not expire'),
  })
  .meta({ id: 'NewApiKey', example: { name: 'nightly import', scopes: ['chat', 'documents:write'] } });

const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('the first characters of the secret'),
    scopes: z.array(z.string()),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable().describe('rounded to the minute'),
    created_at: z.string(),
  })
  .meta({ id: 'ApiKey', example: KEY_EXAMPLE });

export const createdKeySchema = keySchema
  .extend({ key: z.string().describe('the secret, returned only here') })
  .meta({
    id: 'CreatedApiKey',
    example: { ...KEY_EXAMPLE, last_used_at: null, key: `pk_4fJ9xK${'0'.repeat(37)}` },
  });

export const keysSchema = z
  .object({ items: z.array(keySchema) })
  .meta({ id: 'ApiKeys', example: { items: [KEY_EXAMPLE] } });

export const toKeyBody = (key: ApiKey): z.output<typeof keySchema> => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  expires_at: key.expiresAt?.toISOString() ?? null,
  last_used_at: key.lastUsedAt?.toISOString() ?? null,
  created_at: key.createdAt.toISOString(),
});

import { z } from 'zod';
import { cursor } from '../common/cursor.js';
import { clampedInteger } from '../common/schemas.js';
import { nameText } from '../common/text.js';
import { EVENT_TYPES, type WebhookEndpoint } from '../database/entities/operations/webhook.entity.js';
import { deliveryCursor, webhookCursor } from '../database/repositories/page.js';
import type { StoredDelivery } from '../database/repositories/webhooks/webhook-deliveries.repository.js';

const ID = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
const URL_EXAMPLE = 'https://example.com/hooks/parley';

const address = () =>
  z
    .url({ error: 'Input should be a valid URL', protocol: /^https?$/ })
    .max(2_000)
    .refine((text) => URL.canParse(text) && !new URL(text).username && !new URL(text).password, {
      error: 'The URL should have no user name and no password',
    });
const types = () =>
  z
    .array(z.enum(EVENT_TYPES))
    .min(1)
    .max(EVENT_TYPES.length)
    .transform((names) => [...new Set(names)]);

export const newWebhookSchema = z
  .object({
    url: address(),
    types: types(),
    description: nameText(200).nullish(),
    include_content: z.boolean().default(false).describe('sends the text of an answer with `run.completed`'),
  })
  .meta({ id: 'NewWebhook', example: { url: URL_EXAMPLE, types: ['run.completed', 'run.failed'] } });

export const webhookUpdateSchema = z
  .object({
    url: address().optional(),
    types: types().optional(),
    description: nameText(200).nullish(),
    include_content: z.boolean().optional(),
    is_active: z.boolean().optional(),
  })
  .meta({ id: 'WebhookUpdate', example: { is_active: false } });

const WEBHOOK_EXAMPLE = {
  id: ID,
  url: URL_EXAMPLE,
  types: ['run.completed', 'run.failed'],
  description: null,
  include_content: false,
  is_active: true,
  disabled_reason: null,
  created_at: '2026-01-31T09:30:00.000Z',
};
export const webhookSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(z.enum(EVENT_TYPES)),
    description: z.string().nullable(),
    include_content: z.boolean(),
    is_active: z.boolean(),
    disabled_reason: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'Webhook', example: WEBHOOK_EXAMPLE });

const SECRET = 'whsec_c2lnbnMgdGhlIGV2ZW50cyBvZiBQYXI=';
export const createdWebhookSchema = webhookSchema
  .extend({ secret: z.string().describe('verifies signatures; not shown again') })
  .meta({ id: 'CreatedWebhook', example: { ...WEBHOOK_EXAMPLE, secret: SECRET } });
export const webhookSecretSchema = z
  .object({
    secret: z.string(),
    old_secret_until: z.string().describe('until then events are signed with the previous secret as well'),
  })
  .meta({ id: 'WebhookSecret', example: { secret: SECRET, old_secret_until: '2026-02-01T09:30:00.000Z' } });

const next = () => z.string().nullable().describe('the `cursor` of the next page; null on the last page');
export const webhooksSchema = z
  .object({ items: z.array(webhookSchema), next: next() })
  .meta({ id: 'Webhooks', example: { items: [WEBHOOK_EXAMPLE], next: null } });

const statusSchema = z.enum(['pending', 'delivered', 'failed']);
export const deliveriesSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        event_id: z.string().describe('the header `webhook-id`, the same in every attempt'),
        type: z.enum(EVENT_TYPES),
        status: statusSchema,
        attempts: z.int(),
        http_status: z.int().nullable().describe('of the last attempt, as the three below'),
        ms: z.int().nullable(),
        response_head: z.string().nullable().describe('the beginning of the response, 1 KB'),
        error: z.string().nullable(),
        next_at: z.string().nullable().describe('time of the next attempt; null after the last one'),
        created_at: z.string(),
        ended_at: z.string().nullable(),
      }),
    ),
    next: next(),
  })
  .meta({
    id: 'WebhookDeliveries',
    example: {
      items: [
        {
          id: ID,
          event_id: '0b0f6a3e-0b5c-4a3e-9a37-8d1f3f0f7f61',
          type: 'run.completed',
          status: 'delivered',
          attempts: 1,
          http_status: 204,
          ms: 35,
          response_head: '',
          error: null,
          next_at: null,
          created_at: '2026-01-31T09:30:00.000Z',
          ended_at: '2026-01-31T09:30:01.000Z',
        },
      ],
      next: null,
    },
  });

export const webhookPageSchema = z.object({
  limit: clampedInteger({ min: 1, max: 500, fallback: 100 }),
  cursor: cursor(webhookCursor).optional(),
});
export const deliveryPageSchema = z.object({
  limit: clampedInteger({ min: 1, max: 500, fallback: 50 }),
  cursor: cursor(deliveryCursor).optional(),
  status: statusSchema.optional(),
});

export const toWebhook = (endpoint: WebhookEndpoint): z.output<typeof webhookSchema> => ({
  id: endpoint.id,
  url: endpoint.url,
  types: endpoint.types,
  description: endpoint.description,
  include_content: endpoint.includeContent,
  is_active: endpoint.disabledAt === null,
  disabled_reason: endpoint.disabledReason,
  created_at: endpoint.createdAt.toISOString(),
});

export const toDelivery = (delivery: StoredDelivery): z.output<typeof deliveriesSchema>['items'][number] => ({
  id: delivery.id,
  event_id: delivery.eventId,
  type: delivery.type,
  status: delivery.status,
  attempts: delivery.attempts,
  http_status: delivery.httpStatus,
  ms: delivery.ms,
  response_head: delivery.responseHead,
  error: delivery.error,
  next_at: delivery.nextAt?.toISOString() ?? null,
  created_at: delivery.createdAt.toISOString(),
  ended_at: delivery.endedAt?.toISOString() ?? null,
});

import { z } from 'zod';
import { cursor } from '../../common/cursor.js';
import { clampedInteger, queryBoolean, uuid } from '../../common/schemas.js';
import { boundedText } from '../../common/text.js';
import { groupsSchema } from '../../auth/schemas.js';
import type { AuditEvent } from '../../database/entities/accounts/audit-event.entity.js';
import type { User } from '../../database/entities/user.entity.js';
import { auditCursor, userCursor } from '../../database/repositories/page.js';

const USER_EXAMPLE = {
  id: '7b3b9eca-9be9-4809-ae21-4ab3ed1ed703',
  email: 'ada@example.com',
  name: null,
  groups: [],
  is_active: true,
  is_superuser: false,
  is_verified: false,
  created_at: '2026-01-31T09:30:00.000Z',
};

export const usersQuerySchema = z.object({
  q: boundedText(0, 254).optional().describe('part of the e-mail address or the name'),
  is_active: queryBoolean().optional(),
  limit: clampedInteger({ min: 1, max: 500, fallback: 50 }),
  cursor: cursor(userCursor).optional(),
});

export const adminUserSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    groups: z.array(z.string()),
    is_active: z.boolean(),
    is_superuser: z.boolean(),
    is_verified: z.boolean(),
    created_at: z.string(),
  })
  .meta({ id: 'AdminUser', example: USER_EXAMPLE });

export const adminUsersSchema = z
  .object({
    items: z.array(adminUserSchema),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({ id: 'AdminUsers', example: { items: [USER_EXAMPLE], next: null } });

export const adminUserUpdateSchema = z
  .object({
    is_active: z.boolean().optional(),
    is_verified: z.boolean().optional(),
    groups: groupsSchema.optional(),
  })
  .meta({ id: 'AdminUserUpdate', example: { is_active: false } });

export const resetTokenSchema = z
  .object({
    token: z.string().describe('for `POST /auth/reset-password`, once'),
    expires_at: z.string(),
  })
  .meta({
    id: 'ResetToken',
    example: { token: 'eyJhbGciOiJIUzI1NiIs…', expires_at: '2026-01-31T10:30:00.000Z' },
  });

export const toAdminUser = (user: User): z.output<typeof adminUserSchema> => ({
  id: user.id,
  email: user.email,
  name: user.name,
  groups: user.groups,
  is_active: user.isActive,
  is_superuser: user.isSuperuser,
  is_verified: user.isVerified,
  created_at: user.createdAt.toISOString(),
});

export const auditQuerySchema = z.object({
  actor_id: uuid().optional(),
  subject_id: uuid().optional(),
  outcome: z.enum(['ok', 'refused', 'failed']).optional(),
  action: boundedText(1, 100).optional().describe('an `operationId` of this document'),
  limit: clampedInteger({ min: 1, max: 1_000, fallback: 100 }),
  cursor: cursor(auditCursor).optional(),
});

const EVENT_EXAMPLE = {
  id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
  at: '2026-01-31T09:30:00.000Z',
  action: 'deleteAttachment',
  outcome: 'ok',
  actor_id: USER_EXAMPLE.id,
  credential: 'log-in',
  subject_id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21',
  subject_name: null,
  address: '192.0.2.1',
  request_id: '0b0f6a3e-0b5c-4a3e-9a37-8d1f3f0f7f61',
};

export const auditSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        action: z.string().describe('an `operationId` of this document'),
        outcome: z.enum(['ok', 'refused', 'failed']),
        actor_id: z.string().nullable(),
        credential: z.string().nullable().describe('`log-in`, or the id of an API key'),
        subject_id: z.string().nullable(),
        subject_name: z.string().nullable().describe('id of an agent'),
        address: z.string().nullable(),
        request_id: z.string().nullable(),
      }),
    ),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({ id: 'AuditEvents', example: { items: [EVENT_EXAMPLE], next: null } });

export const toAuditBody = (event: AuditEvent): z.output<typeof auditSchema>['items'][number] => ({
  id: event.id,
  at: event.at.toISOString(),
  action: event.action,
  outcome: event.outcome,
  actor_id: event.actorId,
  credential: event.credential,
  subject_id: event.subjectId,
  subject_name: event.subjectName,
  address: event.address,
  request_id: event.requestId,
});

// Share links to a snapshot of a conversation: `/conversations/{id}/shares` for its owner, `/shared/{token}` for
// anyone with the link.

import { Body, Controller, Delete, Get, Headers, HttpCode, Ip, Param, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { Public } from '../auth/public.decorator.js';
import { cursor } from '../common/cursor.js';
import { LinkBase } from '../common/links.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { queryInteger } from '../common/schemas.js';
import { boundedText } from '../common/text.js';
import { messageCursor } from '../database/repositories/page.js';
import type { ShareSummary } from '../database/repositories/shares.repository.js';
import { SharesService } from '../sessions/shares/shares.service.js';
import { Audited } from '../auth/audit/audited.decorator.js';

const YEAR_SECONDS = 366 * 86_400;
const SHARE = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
const AT = '2026-01-31T09:30:00.000Z';

const wishSchema = z
  .object({
    expires_in: z
      .int()
      .min(1)
      .max(YEAR_SECONDS)
      .optional()
      .describe('seconds; without it the share does not expire'),
    password: boundedText(8, 200).optional().describe('must then be sent as `X-Share-Password`'),
  })
  .nullish()
  .transform((body) => body ?? {})
  .meta({ id: 'NewShare', example: { expires_in: 86_400 } });
const shareShape = {
  id: z.string(),
  head_id: z.string().describe('the last message that it shows'),
  has_password: z.boolean(),
  expires_at: z.string().nullable(),
  created_at: z.string(),
};
const shareExample = { id: SHARE, head_id: SHARE, has_password: false, expires_at: null, created_at: AT };
const createdSchema = z
  .object({ ...shareShape, token: z.string().describe('returned only here'), url: z.string() })
  .meta({
    id: 'CreatedShare',
    example: { ...shareExample, token: 'sJ4…', url: 'https://parley.example/shared/sJ4…' },
  });
const sharesSchema = z
  .object({ items: z.array(z.object(shareShape)) })
  .meta({ id: 'Shares', example: { items: [shareExample] } });
const pageSchema = z.object({
  limit: queryInteger({ min: 1, max: 500, fallback: 200 }),
  cursor: cursor(messageCursor).optional(),
});
const sharedSchema = z
  .object({
    title: z.string().nullable(),
    shared_at: z.string(),
    messages: z.array(
      z.object({
        role: z.enum(['user', 'assistant']),
        content: z.string(),
        created_at: z.string(),
        tool_calls: z
          .array(z.object({ name: z.string(), status: z.string() }))
          .optional()
          .describe('tools that were called for a reply; what they were given and found is not shared'),
      }),
    ),
    next: z
      .string()
      .nullable()
      .describe('the `cursor` of the messages before these; null on the oldest page'),
  })
  .meta({
    id: 'SharedConversation',
    example: {
      title: 'Leave',
      shared_at: AT,
      messages: [{ role: 'user', content: 'How much leave do I have?', created_at: AT }],
      next: null,
    },
  });

const toShare = (share: ShareSummary) => ({
  id: share.id,
  head_id: share.headId,
  has_password: share.hasPassword,
  expires_at: share.expiresAt?.toISOString() ?? null,
  created_at: share.createdAt.toISOString(),
});

@ApiTags('Conversations')
@RequireScope('chat')
@Controller('conversations/:id/shares')
export class SharesController {
  constructor(private readonly shares: SharesService) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Share the selected branch of a conversation',
    description:
      'Anyone with the link can read it, without files, until it expires or is revoked. Disabled unless SHARES=on.',
  })
  @ApiAnswer(201, createdSchema)
  @ApiErrors(403, 404, 422)
  async shareConversation(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('id') conversationId: string,
    @Body({ schema: wishSchema }) { expires_in: expiresIn, password }: z.output<typeof wishSchema>,
    @LinkBase() base: string,
  ) {
    const { share, token } = await this.shares.create({ ownerId, conversationId }, { expiresIn, password });
    return { ...toShare(share), token, url: `${base}/shared/${token}` };
  }

  @Get()
  @ApiOperation({ summary: 'List the shares of a conversation, newest first' })
  @ApiAnswer(200, sharesSchema)
  @ApiErrors(404)
  async listShares(@CurrentUser() { id: ownerId }: Principal, @Param('id') conversationId: string) {
    return { items: (await this.shares.list({ ownerId, conversationId })).map(toShare) };
  }

  @Delete(':share_id')
  @Audited()
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a share' })
  @ApiAnswer(204)
  @ApiErrors(404)
  async revokeShare(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('id') conversationId: string,
    @Param('share_id') shareId: string,
  ): Promise<void> {
    await this.shares.revoke({ ownerId, conversationId }, shareId);
  }
}

@ApiTags('Conversations')
@Controller('shared/:token')
export class SharedController {
  constructor(private readonly shares: SharesService) {}

  @Public()
  @Get()
  @ApiOperation({ summary: 'Get a shared conversation', description: 'As it was at the time of sharing.' })
  @ApiHeader({ name: 'X-Share-Password', required: false })
  @ApiAnswer(200, sharedSchema)
  @ApiErrors(401, 404, 422, 429)
  async getSharedConversation(
    @Param('token') token: string,
    @Headers('x-share-password') password: string | undefined,
    @Ip() ip: string,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ) {
    const { title, createdAt, messages, next } = await this.shares.read(token, { password, ip }, page);
    return {
      title,
      shared_at: createdAt.toISOString(),
      messages: messages.map(({ role, content, createdAt: at, toolCalls }) => ({
        role,
        content,
        created_at: at.toISOString(),
        ...(toolCalls && { tool_calls: toolCalls.map(({ name, status }) => ({ name, status })) }),
      })),
      next,
    };
  }
}

// S1, Movie Chatbot: REST chats and messages under `/api`, without streaming. Oddities: chats are addressed by
// number; one message holds question and answer; invalid input is 400 with a map of fields, worded as in Django
// REST framework; an unknown chat is reported before an invalid body.

import {
  applyDecorators,
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { RequireScope } from '../../../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../../../auth/principal.js';
import { linkToNext, readCursor, toCursor } from '../../../common/cursor.js';
import { RefusesBodiesAs } from '../../../common/http/body.guard.js';
import { ParleyError } from '../../../common/errors.js';
import { parseFields, fieldText } from '../../../common/field-map.js';
import { ApiAnswer, ApiBodies, ApiErrors } from '../../../common/openapi.js';
import { isVisible, withoutHidden } from '../../../common/text.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { conversationCursor, messageCursor } from '../../../database/repositories/page.js';
import { claimOf } from '../../../idempotency/idempotency.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { refuseMisdirected } from '../../wires/misdirected.js';
import { claimOfMessage } from '../../message-claim.js';
import { StartsRun } from '../../../runs/admission/admission.guard.js';
import { RunService } from '../../../runs/run.service.js';
import { messageSchema, toChat, toMessages } from './wire.js';
import { Audited } from '../../../auth/audit/audited.decorator.js';

const titleSchema = fieldText(255)
  .transform(withoutHidden)
  .refine(isVisible, { error: 'This field may not be blank.' });
const newChatSchema = z
  .object({ title: titleSchema.optional() })
  .meta({ id: 'NewMovieChat', example: { title: 'New Chat Title' } });
const newMessageSchema = z
  .object({ content: fieldText(32_000) })
  .meta({ id: 'NewMovieChatMessage', example: { content: 'A film about a heist in dreams' } });

const chatSchema = z
  .object({ id: z.int(), title: z.string(), created_at: z.string() })
  .meta({ id: 'MovieChat', example: { id: 1, title: 'New chat', created_at: '2026-01-31T09:30:00.000Z' } });
const allDeletedSchema = z
  .object({ msg: z.string() })
  .meta({ id: 'MovieChatsDeleted', example: { msg: 'All chats were deleted!' } });

const NOT_FOUND = 'Not found.';
const AGENT = 'movie-finder';
const MAX_MESSAGES = 1_000;
const LINK = 'The next page, if any, is linked in the `Link` header with `rel="next"`.';

/** Which page of a list, in the words of Django REST framework. */
const pageOf = <T extends z.ZodType>(place: T) =>
  z.object({
    limit: z
      .string()
      .regex(/^\d{1,9}$/, { error: 'A valid integer is required.' })
      .optional()
      .transform((limit) => Math.min(Math.max(Number(limit ?? MAX_MESSAGES), 1), MAX_MESSAGES)),
    cursor: z
      .string()
      .transform((text, ctx): z.output<T> => {
        const found = readCursor(place, text);
        if (found === undefined) ctx.addIssue({ code: 'custom', message: 'Invalid cursor.' });
        return found ?? z.NEVER;
      })
      .optional(),
  });
const chatPageSchema = pageOf(conversationCursor);
const messagePageSchema = pageOf(messageCursor);
const ApiPage = () =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: MAX_MESSAGES },
    }),
    ApiQuery({ name: 'cursor', required: false, schema: { type: 'string' } }),
  );

@ApiTags('Movie Chatbot')
@RefusesBodiesAs('django')
@RequireScope('chat')
@Controller('api/chat')
export class MovieChatbotController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly runs: RunService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a chat' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repeated request within 24 hours returns the same chat',
  })
  @ApiBodies([newChatSchema], { required: false })
  @ApiAnswer(201, chatSchema)
  @ApiErrors(400, 409, 422)
  async createChat(
    @CurrentUser() user: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Body() body: unknown,
  ) {
    refuseMisdirected(body);
    const { title = null } = parseFields(newChatSchema, body ?? {});
    const claim = claimOf(user.id, 'POST /api/chat', key, { title });
    return this.getChat(
      user,
      String(await this.conversations.open({ ownerId: user.id, agent: AGENT, title }, claim)),
    );
  }

  @RequireScope('conversations:read')
  @Get()
  @ApiOperation({ summary: "List the caller's chats, latest activity first", description: LINK })
  @ApiPage()
  @ApiAnswer(200, z.array(chatSchema))
  @ApiErrors(400)
  async listChats(
    @CurrentUser() user: Principal,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { limit, cursor } = parseFields(chatPageSchema, query);
    const { items, next } = await this.conversations.list(user.id, { limit, offset: 0, cursor });
    if (next) response.setHeader('Link', linkToNext({ limit, cursor: next }));
    return items.map(toChat);
  }

  @Delete()
  @Audited()
  @ApiOperation({ summary: 'Delete all conversations of the caller' })
  @ApiAnswer(200, allDeletedSchema)
  async deleteAllChats(@CurrentUser() user: Principal) {
    await this.conversations.deleteAll(user.id);
    return { msg: 'All chats were deleted!' };
  }

  @RequireScope('conversations:read')
  @Get(':chat_id')
  @ApiOperation({ summary: 'Get a chat' })
  @ApiAnswer(200, chatSchema)
  @ApiErrors(404)
  async getChat(@CurrentUser() user: Principal, @Param('chat_id') id: string) {
    return toChat(await this.find(user, id));
  }

  @Patch(':chat_id')
  @ApiOperation({ summary: 'Change the title of a chat', description: 'An empty body changes nothing.' })
  @ApiBodies([newChatSchema])
  @ApiAnswer(200, chatSchema)
  @ApiErrors(400, 404)
  async renameChat(@CurrentUser() user: Principal, @Param('chat_id') id: string, @Body() body: unknown) {
    const chat = await this.find(user, id);
    const { title } = parseFields(newChatSchema, body ?? {});
    if (title !== undefined) await this.conversations.rename(user.id, chat.clientId, title);
    return toChat({ ...chat, title: title ?? chat.title });
  }

  @Delete(':chat_id')
  @Audited()
  @ApiOperation({ summary: 'Delete a chat and its messages' })
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(404)
  async deleteChat(@CurrentUser() user: Principal, @Param('chat_id') id: string): Promise<void> {
    await this.conversations.delete(user.id, (await this.find(user, id)).clientId, NOT_FOUND);
  }

  @RequireScope('conversations:read')
  @Get(':chat_id/messages')
  @ApiOperation({
    summary: 'List questions with their answers, oldest first',
    description: `The newest 1000, or \`limit\`. ${LINK}`,
  })
  @ApiPage()
  @ApiAnswer(200, z.array(messageSchema))
  @ApiErrors(400, 404)
  async listChatMessages(
    @CurrentUser() user: Principal,
    @Param('chat_id') id: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    const chat = await this.find(user, id);
    const { limit, cursor } = parseFields(messagePageSchema, query);
    const slice = await this.conversations.messagesOf(chat, { limit: 2 * limit, cursor });
    const messages = toMessages(slice.messages);
    // If the page begins with an answer, its question is at the end of the previous page.
    const next = slice.next && messages[0] && toCursor([messages[0].id]);
    if (next) response.setHeader('Link', linkToNext({ limit, cursor: next }));
    return messages;
  }

  @Post(':chat_id/messages')
  @StartsRun()
  @ApiOperation({ summary: 'Ask a question and wait for the answer' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repeated request within 24 hours returns the same answer',
  })
  @ApiBodies([newMessageSchema])
  @ApiAnswer(201, messageSchema)
  @ApiErrors(400, 404, 409, 422, 429, 503)
  async askQuestion(
    @CurrentUser() user: Principal,
    @Param('chat_id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body() body: unknown,
  ) {
    const chat = await this.find(user, id);
    refuseMisdirected(body);
    const { content } = parseFields(newMessageSchema, body ?? {});
    const turn = { ownerId: user.id, conversationId: chat.clientId, agent: AGENT, message: content };
    const { runId } = await this.runs.start({ ...turn, ...payerOf(user), claim: claimOfMessage(turn, key) });
    const { end } = await this.runs.finished(runId);
    if (end.type === 'failed') throw new ParleyError('unavailable', end.code, end.message);
    if (end.type === 'waiting') throw new ParleyError('conflict', 'approval-required', end.message);
    const among = async (newest: number) => {
      const { messages } = await this.conversations.messagesOf(chat, { limit: newest });
      return toMessages(messages.filter((message) => message.runId === runId))[0];
    };
    // More messages may follow before the client retries a question.
    return (await among(2)) ?? (await among(2 * MAX_MESSAGES));
  }

  private find(user: Principal, id: string | number): Promise<ConversationSummary> {
    // A number outside the range is looked up as 0, which does not exist.
    const number = /^\d{1,9}$/.test(String(id)) ? Number(id) : 0;
    return this.conversations.byNumber(user.id, number, NOT_FOUND);
  }
}

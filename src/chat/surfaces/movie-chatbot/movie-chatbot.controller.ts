// S1, Movie Chatbot: REST chats and messages under `/api`, without streaming.
// Oddities: chats go by their number; one message holds question and answer; input that does not fit is 400
// with a map of fields, worded as Django REST framework does; an unknown chat is told before a bad body.

import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentUser, type Principal } from '../../../auth/principal.js';
import { RefusesBodiesAs } from '../../../common/body.guard.js';
import { ParleyError } from '../../../common/errors.js';
import { parseFields, fieldText } from '../../../common/field-map.js';
import { ApiAnswer, ApiBodies, ApiErrors } from '../../../common/openapi.js';
import { isVisible } from '../../../common/text.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import { claimOf } from '../../../idempotency/idempotency.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { claimOfMessage } from '../../message-claim.js';
import { RunService } from '../../../runs/run.service.js';
import { messageSchema, toChat, toMessages } from './wire.js';

const titleSchema = fieldText(255).refine(isVisible, { error: 'This field may not be blank.' });
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
const MAX_CHATS = 1_000;
const MAX_MESSAGES = 1_000;

@ApiTags('Movie Chatbot')
@RefusesBodiesAs('django')
@Controller('api/chat')
export class MovieChatbotController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly runs: RunService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Opens a chat' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repetition within 24 hours gets the same chat',
  })
  @ApiBodies([newChatSchema], { required: false })
  @ApiAnswer(201, chatSchema)
  @ApiErrors(400, 409, 422)
  async open(
    @CurrentUser() user: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Body() body: unknown,
  ) {
    const { title = null } = parseFields(newChatSchema, body ?? {});
    const claim = claimOf(user.id, 'POST /api/chat', key, { title });
    return this.show(user, await this.conversations.open({ ownerId: user.id, agent: AGENT, title }, claim));
  }

  @Get()
  @ApiOperation({ summary: 'The chats of the caller, latest activity first' })
  @ApiAnswer(200, z.array(chatSchema))
  async list(@CurrentUser() user: Principal) {
    return (await this.conversations.list(user.id, { limit: MAX_CHATS, offset: 0 })).map(toChat);
  }

  @Delete()
  @ApiOperation({ summary: 'Deletes every conversation of the caller' })
  @ApiAnswer(200, allDeletedSchema)
  async removeAll(@CurrentUser() user: Principal) {
    await this.conversations.deleteAll(user.id);
    return { msg: 'All chats were deleted!' };
  }

  @Get(':chat_id')
  @ApiOperation({ summary: 'A chat' })
  @ApiAnswer(200, chatSchema)
  @ApiErrors(404)
  async show(@CurrentUser() user: Principal, @Param('chat_id') id: string | number) {
    return toChat(await this.find(user, id));
  }

  @Patch(':chat_id')
  @ApiOperation({ summary: 'Changes the title', description: 'An empty body leaves it.' })
  @ApiBodies([newChatSchema])
  @ApiAnswer(200, chatSchema)
  @ApiErrors(400, 404)
  async rename(@CurrentUser() user: Principal, @Param('chat_id') id: string, @Body() body: unknown) {
    const chat = await this.find(user, id);
    const { title } = parseFields(newChatSchema, body ?? {});
    if (title !== undefined) await this.conversations.rename(user.id, chat.clientId, title);
    return toChat({ ...chat, title: title ?? chat.title });
  }

  @Delete(':chat_id')
  @ApiOperation({ summary: 'Deletes a chat and its messages' })
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(404)
  async remove(@CurrentUser() user: Principal, @Param('chat_id') id: string): Promise<void> {
    await this.conversations.delete(user.id, (await this.find(user, id)).clientId, NOT_FOUND);
  }

  @Get(':chat_id/messages')
  @ApiOperation({ summary: 'Questions with their answers, oldest first' })
  @ApiAnswer(200, z.array(messageSchema))
  @ApiErrors(404)
  async messages(@CurrentUser() user: Principal, @Param('chat_id') id: string) {
    return toMessages(await this.conversations.messagesOf(await this.find(user, id), 2 * MAX_MESSAGES));
  }

  @Post(':chat_id/messages')
  @ApiOperation({ summary: 'Asks a question and waits for the answer' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repetition within 24 hours gets the same answer',
  })
  @ApiBodies([newMessageSchema])
  @ApiAnswer(201, messageSchema)
  @ApiErrors(400, 404, 409, 422, 503)
  async ask(
    @CurrentUser() user: Principal,
    @Param('chat_id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body() body: unknown,
  ) {
    const chat = await this.find(user, id);
    const { content } = parseFields(newMessageSchema, body ?? {});
    const turn = { ownerId: user.id, conversationId: chat.clientId, agent: AGENT, message: content };
    const { runId } = await this.runs.start({ ...turn, claim: claimOfMessage(turn, key) });
    const end = await this.runs.finished(runId);
    if (end.type === 'failed') throw new ParleyError('unavailable', end.code, end.message);
    const among = async (newest: number) => {
      const stored = await this.conversations.messagesOf(chat, newest);
      return toMessages(stored.filter((message) => message.runId === runId))[0];
    };
    // A chat may have gone on before its client repeats a question.
    return (await among(2)) ?? (await among(2 * MAX_MESSAGES));
  }

  private find(user: Principal, id: string | number): Promise<ConversationSummary> {
    // A number that no chat can have is looked up as 0, which none has.
    const number = /^\d{1,9}$/.test(String(id)) ? Number(id) : 0;
    return this.conversations.byNumber(user.id, number, NOT_FOUND);
  }
}

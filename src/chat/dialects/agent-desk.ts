// S3, the agent desk: agents, history, and the frames of its WebSocket, which `agent-desk.gateway.ts` serves.
// Oddities: a question is plain text, and JSON for those who ask for it; one history route is misspelt in the document.

import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Source } from '../../agents/agent.js';
import { AgentRegistry } from '../../agents/agent-registry.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ApiAnswer } from '../../common/openapi.js';
import type { ConversationSummary } from '../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../database/repositories/messages.repository.js';
import { ConversationsService } from '../../sessions/conversations.service.js';
import type { RunEvent } from '../run.js';
import { agentsSchema, historySchema, messagesSchema, questionSchema } from './agent-desk.schemas.js';

const MAX_CONVERSATIONS = 1_000;
const MAX_MESSAGES = 10_000;

type Question = z.output<typeof questionSchema>;

/**
 * @param text of a client's frame, or null for a binary one
 * @param isJson whether the socket was opened with `frames=json`: any text is a question otherwise, JSON too
 * @returns null when it does not fit
 */
export function fromFrame(text: string | null, isJson: boolean): Question | null {
  return questionSchema.safeParse(isJson ? parseJson(text) : { content: text }).data ?? null;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** @param client_message_id of the question that the frame answers, if it came with one */
export const toFrame = (event_type: string, content: string, client_message_id?: string) =>
  JSON.stringify({ event_type, content, client_message_id });

export const toDone = (conversation_id: string, run_id: string, client_message_id?: string) =>
  JSON.stringify({ event_type: 'done', conversation_id, run_id, client_message_id });

/** The frames of one event; none when it means nothing here. @param messageId as in `toFrame` */
export function toWire(event: RunEvent, messageId?: string): string[] {
  const frame = (event_type: string, content: string) => toFrame(event_type, content, messageId);
  switch (event.type) {
    case 'token':
      return [frame('on_chat_model_stream', event.text)];
    case 'log':
      return [frame('log', event.text)];
    case 'reset':
      return [frame('reset', event.reply)];
    case 'completed':
      return [frame('on_chat_model_end', '')];
    case 'failed':
      return [frame('error', event.message), frame('on_chat_model_end', '')];
    case 'sources':
      return event.sources.length ? [frame('log', `Sources: ${event.sources.map(toLegend).join('; ')}`)] : [];
    case 'started':
    case 'state':
      return [];
  }
}

/** What a citation such as [2] stands for. */
const toLegend = ({ title, metadata: { page } }: Source, i: number) =>
  `[${i + 1}] ${title}${page ? `, page ${String(page)}` : ''}`;

const toEntry = ({ clientId, lastMessageAt, title }: ConversationSummary) => ({
  conversation_id: clientId,
  ts: lastMessageAt.toISOString().replace('Z', '+00:00'),
  title_summary: title ?? 'New Chat',
});

const toMessage = ({ role, content }: StoredMessage) => ({
  sender: role === 'user' ? ('You' as const) : ('Agent' as const),
  message: content,
});

@ApiTags('Agent desk')
@Controller()
export class AgentDeskController {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly conversations: ConversationsService,
  ) {}

  @Get('agents')
  @ApiOperation({ summary: 'The agents there are' })
  @ApiAnswer(200, agentsSchema)
  list(): z.output<typeof agentsSchema> {
    return this.agents.all.map(({ label, description }, i) => ({
      id: i + 1,
      label,
      desc: description,
      selected: false,
    }));
  }

  @Get('history')
  @ApiOperation({ summary: 'The conversations of the caller, latest activity first' })
  @ApiAnswer(200, historySchema)
  async history(@CurrentUser() user: Principal): Promise<z.output<typeof historySchema>> {
    return (await this.conversations.list(user.id, { limit: MAX_CONVERSATIONS, offset: 0 })).map(toEntry);
  }

  @Get(['get_history_conversatino/:id', 'get_history_conversation/:id'])
  @ApiOperation({ summary: 'The messages of a conversation, oldest first; none for an unknown one' })
  @ApiAnswer(200, messagesSchema)
  async messages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
  ): Promise<z.output<typeof messagesSchema>> {
    return (await this.conversations.messagesIfAny(user.id, id, MAX_MESSAGES)).map(toMessage);
  }
}

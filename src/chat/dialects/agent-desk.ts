// S3, the agent desk: agents, history, and one question a WebSocket at `/async_chat`.
// Oddities: the question is plain text; a socket that may not come in is accepted, then closed with 1008; it closes
// with 1000 after one answer unless it came with `keepAlive=1`; one history route is misspelt in the document.

import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { AgentRegistry } from '../../agents/agent-registry.js';
import { Authenticator } from '../../auth/authenticator.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ParleyError } from '../../common/errors.js';
import { ApiAnswer } from '../../common/openapi.js';
import { readFrames, sendText } from '../../common/sockets.js';
import { boundedText } from '../../common/text.js';
import type { SocketRequest } from '../../common/ws.adapter.js';
import type { ConversationSummary } from '../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../database/repositories/messages.repository.js';
import { ConversationsService } from '../../sessions/conversations.service.js';
import { isTerminal, type RunEvent } from '../run.js';
import { RunService, type StartRun } from '../run.service.js';

const agentsSchema = z
  .array(z.object({ id: z.int(), label: z.string(), desc: z.string(), selected: z.boolean() }))
  .meta({ id: 'Agents', example: [{ id: 1, label: 'Production Agent', desc: 'Good One', selected: false }] });
const historySchema = z
  .array(z.object({ conversation_id: z.string(), ts: z.string(), title_summary: z.string() }))
  .meta({ id: 'AgentDeskHistory' });
const messagesSchema = z
  .array(z.object({ sender: z.enum(['You', 'Agent']), message: z.string() }))
  .meta({ id: 'AgentDeskMessages', example: [{ sender: 'You', message: 'hi' }] });

/** What the server sends over the socket. */
export const frameSchema = z
  .discriminatedUnion('event_type', [
    z.object({ event_type: z.literal(['on_chat_model_stream', 'log', 'error']), content: z.string() }),
    z.object({ event_type: z.literal('on_chat_model_end'), content: z.literal('') }),
    z.object({ event_type: z.literal('done'), conversation_id: z.string(), run_id: z.string() }),
  ])
  .meta({ id: 'AgentDeskFrame' });

const questionSchema = boundedText(1, 32_000);
const conversationIdSchema = boundedText(1, 128);
const MAX_CONVERSATIONS = 1_000;
const MAX_MESSAGES = 10_000;

const frame = (event_type: string, content: string) => JSON.stringify({ event_type, content });

/** The frames of one event; none when it means nothing here. */
export function toWire(event: RunEvent): string[] {
  switch (event.type) {
    case 'token':
      return [frame('on_chat_model_stream', event.text)];
    case 'log':
      return [frame('log', event.text)];
    case 'completed':
      return [frame('on_chat_model_end', '')];
    case 'failed':
      return [frame('error', event.message), frame('on_chat_model_end', '')];
    case 'started':
    case 'sources':
    case 'state':
      return [];
  }
}

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

  /** The agents there are. */
  @Get('agents')
  @ApiAnswer(200, agentsSchema)
  list(): z.output<typeof agentsSchema> {
    return this.agents.all.map(({ label, description }, i) => ({
      id: i + 1,
      label,
      desc: description,
      selected: false,
    }));
  }

  /** The conversations of the caller, latest activity first. */
  @Get('history')
  @ApiAnswer(200, historySchema)
  async history(@CurrentUser() user: Principal): Promise<z.output<typeof historySchema>> {
    return (await this.conversations.list(user.id, { limit: MAX_CONVERSATIONS, offset: 0 })).map(toEntry);
  }

  /** The messages of a conversation, oldest first; none for an unknown one. */
  @Get(['get_history_conversatino/:id', 'get_history_conversation/:id'])
  @ApiAnswer(200, messagesSchema)
  async messages(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
  ): Promise<z.output<typeof messagesSchema>> {
    return (await this.conversations.messagesIfAny(user.id, id, MAX_MESSAGES)).map(toMessage);
  }
}

@WebSocketGateway({ path: '/async_chat' })
export class AgentDeskGateway {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly agents: AgentRegistry,
    private readonly runs: RunService,
  ) {}

  async handleConnection(socket: WebSocket, { query }: SocketRequest): Promise<void> {
    const questions = readFrames(socket);
    const token = query.get('token');
    if (!token) return socket.close(1008, 'unauthorized');
    const user = await this.authenticator.authenticate(token).catch(() => null);
    if (!user) return socket.close(1008, 'jwt error');
    const turn = this.toTurn(user, query);
    if (typeof turn === 'string') {
      sendText(socket, frame('error', turn));
      return socket.close(1008, 'bad request');
    }
    for await (const question of questions) {
      if (!questionSchema.safeParse(question).success)
        sendText(socket, frame('error', 'A question is text of 1 to 32000 characters'));
      else
        turn.conversationId = await this.answer(
          socket,
          { ...turn, message: question! },
          query.get('keepAlive') === '1',
        );
    }
  }

  /** What all questions of a socket have in common, or what is wrong with its query. */
  private toTurn(user: Principal, query: URLSearchParams): Omit<StartRun, 'message'> | string {
    const conversationId = query.get('conversationID') || undefined;
    if (conversationId && !conversationIdSchema.safeParse(conversationId).success)
      return 'conversationID is text of at most 128 characters';
    const name = query.get('agentName');
    const agent = name ? this.agents.named(name) : this.agents.default;
    if (!agent) return `There is no agent named "${name}"`;
    return { ownerId: user.id, conversationId, agent: agent.id, switchesAgent: Boolean(name) };
  }

  /** Takes one turn and sends it to its end. @returns the conversation, which a new one gets its id from */
  private async answer(socket: WebSocket, turn: StartRun, keepAlive: boolean): Promise<string | undefined> {
    try {
      const { runId, conversationId } = await this.runs.start(turn);
      await this.follow(socket, runId);
      if (keepAlive)
        sendText(
          socket,
          JSON.stringify({ event_type: 'done', conversation_id: conversationId, run_id: runId }),
        );
      else socket.close(1000);
      return conversationId;
    } catch (error) {
      sendText(
        socket,
        frame('error', error instanceof ParleyError ? error.message : 'The question could not be taken'),
      );
      if (!keepAlive) socket.close(1011, 'refused');
      return turn.conversationId;
    }
  }

  private follow(socket: WebSocket, runId: string): Promise<void> {
    return new Promise((resolve) => {
      const unwatch = this.runs.watch(runId, 0, (events) => {
        for (const text of events.flatMap(toWire)) sendText(socket, text);
        if (events.some(isTerminal)) resolve();
      });
      socket.once('close', () => {
        unwatch?.();
        resolve();
      });
    });
  }
}

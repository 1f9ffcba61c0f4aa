// S3, the agent desk: agents, history, and one question a WebSocket at `/async_chat`.
// Oddities: the question is plain text; a socket that may not come in is accepted, then closed with 1008; it closes
// with 1000 after one answer unless it came with `keepAlive=1`; with `watch=1` it asks nothing and shows what other tabs
// ask; one history route is misspelt in the document.

import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { Source } from '../../agents/agent.js';
import { AgentRegistry } from '../../agents/agent-registry.js';
import { Authenticator } from '../../auth/authenticator.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ParleyError } from '../../common/errors.js';
import { ApiAnswer, ApiFrames } from '../../common/openapi.js';
import { handleFrames, sendText } from '../../common/sockets.js';
import type { SocketRequest } from '../../common/ws.adapter.js';
import type { ConversationSummary } from '../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../database/repositories/messages.repository.js';
import { ConversationsService } from '../../sessions/conversations.service.js';
import { isTerminal, type RunEvent } from '../run.js';
import { RunService, type StartRun } from '../run.service.js';
import { runsOf } from './agent-desk-watch.js';
import {
  agentsSchema,
  conversationIdSchema,
  frameSchema,
  historySchema,
  messagesSchema,
  questionSchema,
} from './agent-desk.schemas.js';

const MAX_CONVERSATIONS = 1_000;
const MAX_MESSAGES = 10_000;

const frame = (event_type: string, content: string) => JSON.stringify({ event_type, content });

const toDone = (conversation_id: string, run_id: string) =>
  JSON.stringify({ event_type: 'done', conversation_id, run_id });

/** The frames of one event; none when it means nothing here. */
export function toWire(event: RunEvent): string[] {
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

/** What a socket came for. */
interface Visit {
  /** What all its questions have in common. */
  turn: Omit<StartRun, 'message'>;
  keepAlive: boolean;
  watches: boolean;
  /** Its one question was asked. */
  isOver: boolean;
}

@ApiFrames(frameSchema)
@WebSocketGateway({ path: '/async_chat' })
export class AgentDeskGateway {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly agents: AgentRegistry,
    private readonly runs: RunService,
    private readonly conversations: ConversationsService,
  ) {}

  handleConnection(socket: WebSocket, { query }: SocketRequest): void {
    const admission = this.admit(socket, query);
    handleFrames(socket, async (question) => {
      const visit = await admission;
      if (visit) await this.take(socket, visit, question);
    });
    void this.accompany(socket, admission);
  }

  /** @returns null when the socket may not come in; it is closed then */
  private async admit(socket: WebSocket, query: URLSearchParams): Promise<Visit | null> {
    const refuse = (reason: string) => (socket.close(1008, reason), null);
    const token = query.get('token');
    if (!token) return refuse('unauthorized');
    const user = await this.authenticator.authenticate(token).catch(() => null);
    if (!user) return refuse('jwt error');
    const visit = this.toVisit(user, query);
    if (typeof visit !== 'string') return visit;
    sendText(socket, frame('error', visit));
    return refuse('bad request');
  }

  /** What a socket is for, or what is wrong with its query. */
  private toVisit(user: Principal, query: URLSearchParams): Visit | string {
    const [keepAlive, watches] = [query.get('keepAlive') === '1', query.get('watch') === '1'];
    const conversationId = query.get('conversationID') || undefined;
    if (conversationId && !conversationIdSchema.safeParse(conversationId).success)
      return 'conversationID is text of at most 128 characters';
    if (watches && !conversationId) return 'watch=1 needs a conversationID';
    const name = query.get('agentName');
    const agent = name ? this.agents.named(name) : this.agents.default;
    if (!agent) return `There is no agent named "${name}"`;
    const wire = { dialect: 'agent-desk' };
    const turn = { ownerId: user.id, conversationId, agent: agent.id, switchesAgent: Boolean(name), wire };
    return { turn, keepAlive, watches, isOver: false };
  }

  /** Takes a frame of the client. */
  private async take(socket: WebSocket, visit: Visit, question: string | null): Promise<void> {
    const { turn, keepAlive, watches } = visit;
    if (visit.isOver) return;
    if (watches) return sendText(socket, frame('error', 'This socket only watches'));
    const { data: message } = questionSchema.safeParse(question);
    if (!message) return sendText(socket, frame('error', 'A question is text of 1 to 32000 characters'));
    visit.isOver = !keepAlive;
    turn.conversationId = await this.answer(socket, { ...turn, message }, keepAlive);
  }

  /** Takes one turn and sends it to its end. @returns the conversation, which a new one gets its id from */
  private async answer(socket: WebSocket, turn: StartRun, keepAlive: boolean): Promise<string | undefined> {
    try {
      const { runId, conversationId } = await this.runs.start(turn);
      await this.follow(socket, runId);
      if (keepAlive) sendText(socket, toDone(conversationId, runId));
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

  /** Shows a socket that watches the answers of its conversation, whoever asks, until it closes. */
  private async accompany(socket: WebSocket, admission: Promise<Visit | null>): Promise<void> {
    const visit = await admission;
    if (!visit?.watches) return;
    const { ownerId, conversationId = '' } = visit.turn;
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    if (socket.readyState !== socket.OPEN) return;
    try {
      for await (const runId of runsOf(this.conversations, { ownerId, conversationId }, gone.signal)) {
        await this.follow(socket, runId);
        sendText(socket, toDone(conversationId, runId));
      }
    } catch {
      socket.close(1011, 'storage unavailable');
    }
  }

  /** Sends a run from its first event to its last, or until the socket closes. */
  private async follow(socket: WebSocket, runId: string): Promise<void> {
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const unwatch = this.runs.watch(runId, 0, (events) => {
      for (const text of events.flatMap(toWire)) sendText(socket, text);
      if (events.some(isTerminal)) end();
    });
    socket.once('close', end);
    await ended;
    socket.off('close', end);
    unwatch();
  }
}

// S3's WebSocket at `/async_chat`: one question per socket. Oddities: an unauthorized socket is accepted, then
// closed with 1008; it closes with 1000 after one answer unless opened with `keepAlive=1`; with `watch=1` it sends
// no questions and receives the answers to other tabs' questions; with `frames=json` questions have ids, used as
// idempotency keys.

import { WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import type { OpenConnection } from '../../../auth/connections/open-connection.js';
import { OpenConnections } from '../../../auth/connections/open-connections.js';
import { renewalSchema, renewalToken } from '../../../auth/connections/renewal.js';
import { SocketAuthenticator } from '../../../auth/connections/socket-authenticator.js';
import { payerOf, type Principal } from '../../../auth/principal.js';
import { ParleyError } from '../../../common/errors.js';
import { ApiFrames } from '../../../common/openapi.js';
import { handleFrames, sendText } from '../../../common/sockets/sockets.js';
import type { GatewayOptions, SocketRequest } from '../../../common/sockets/ws.adapter.js';
import { SocketLimits, TOO_MANY } from '../../../limits/socket-limits.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { claimOfMessage } from '../../message-claim.js';
import { RunService, type StartRun } from '../../../runs/run.service.js';
import { sendRun } from '../../send-run.js';
import { wireOf } from '../../surface.js';
import { agentDesk } from './surface.js';
import { runsOf } from './watch.js';
import { conversationIdSchema, frameSchema, questionSchema } from './schemas.js';
import { fromFrame, toDone, toFrame, toWire } from './wire.js';

/** State of one socket. */
interface Visit {
  connection: OpenConnection;
  /** Fields common to all questions of the socket. */
  turn: Omit<StartRun, 'message'>;
  keepAlive: boolean;
  watches: boolean;
  /** Its frames are JSON. */
  isJson: boolean;
  /** The only question of a one-shot socket was received. */
  isOver: boolean;
}

/** A one-shot socket accepts any text as its question, as documented; a long-lived one may renew its token. */
const isExtended = (query: URLSearchParams) =>
  query.get('keepAlive') === '1' || query.get('watch') === '1' || query.get('frames') === 'json';

const QUESTION = 'A question is text of 1 to 32000 characters';
const toError = (detail: string) => toFrame('error', detail);
const JSON_QUESTION = `${QUESTION} in "content", with a "client_message_id" of 1 to 255 if it has one`;

@ApiFrames(frameSchema, questionSchema, renewalSchema)
// 32,000 characters are at most 375 KiB, as pairs of `\u` escapes.
@WebSocketGateway<GatewayOptions>({
  path: '/async_chat',
  maxFrameKb: 400,
  tooLarge: toFrame('error', QUESTION),
})
export class AgentDeskGateway {
  constructor(
    private readonly authenticator: SocketAuthenticator,
    private readonly connections: OpenConnections,
    private readonly agents: AgentRegistry,
    private readonly runs: RunService,
    private readonly conversations: ConversationsService,
    private readonly limits: SocketLimits,
  ) {}

  handleConnection(socket: WebSocket, request: SocketRequest): void {
    const admission = this.admit(socket, request);
    const canRenew = isExtended(request.query);
    handleFrames(
      socket,
      async (frame) => {
        const visit = await admission;
        if (visit) await this.take(socket, visit, frame);
      },
      (frame) => (canRenew ? this.renew(socket, admission, frame) : null),
    );
    void this.serve(socket, admission);
  }

  /** Authorizes a socket. @returns null after closing a rejected one */
  private async admit(socket: WebSocket, request: SocketRequest): Promise<Visit | null> {
    const refuse = (reason: string) => (socket.close(1008, reason), null);
    if (!request.token) return refuse('unauthorized');
    const user = await this.authenticator.authenticate(request).catch(() => null);
    if (!user) return refuse('jwt error');
    if (!(await this.limits.admit(user.id, socket, toError))) return null;
    const visit = this.authorizeVisit(user, request.query);
    if (typeof visit !== 'string') return { ...visit, connection: this.connections.openSocket(user, socket) };
    sendText(socket, toFrame('error', visit));
    return refuse('bad request');
  }

  /** Parses the query of a socket; returns an error message if it is invalid. */
  private authorizeVisit(user: Principal, query: URLSearchParams): Omit<Visit, 'connection'> | string {
    const [keepAlive, watches] = [query.get('keepAlive') === '1', query.get('watch') === '1'];
    const isJson = query.get('frames') === 'json';
    const conversationId = query.get('conversationID') || undefined;
    if (conversationId && !conversationIdSchema.safeParse(conversationId).success)
      return 'conversationID is text of at most 128 characters';
    if (watches && !conversationId) return 'watch=1 needs a conversationID';
    const name = query.get('agentName');
    const agent = name ? this.agents.named(name) : this.agents.default;
    if (!agent) return `There is no agent named "${name}"`;
    const wire = wireOf(agentDesk);
    const turn = {
      ownerId: user.id,
      ...payerOf(user),
      conversationId,
      agent: agent.id,
      switchesAgent: Boolean(name),
      wire,
    };
    return { turn, keepAlive, watches, isJson, isOver: false };
  }

  /** Handles a token renewal immediately, also while an answer is being sent. @returns null for other frames */
  private renew(
    socket: WebSocket,
    admission: Promise<Visit | null>,
    frame: string | null,
  ): Promise<void> | null {
    const token = renewalToken(frame);
    return token === null ? null : this.useToken(socket, admission, token);
  }

  private async useToken(socket: WebSocket, admission: Promise<Visit | null>, token: string): Promise<void> {
    const visit = await admission;
    if (!visit || !(await this.limits.admitFrame(visit.turn.ownerId, socket, toError))) return;
    const isTaken = await this.authenticator.renew(visit.connection, token);
    const expiresAt = visit.connection.expiresAt?.toISOString() ?? '';
    sendText(socket, isTaken ? toFrame('auth', expiresAt) : toFrame('error', 'The token was refused'));
  }

  /** Handles a client frame with the permissions of the current token. */
  private async take(socket: WebSocket, visit: Visit, frame: string | null): Promise<void> {
    if (visit.isOver) return;
    if (!(await this.limits.admitFrame(visit.turn.ownerId, socket, toError))) return;
    try {
      if (!(await visit.connection.authorize())) return;
    } catch {
      return socket.close(1011, 'storage unavailable');
    }
    if (visit.watches) return sendText(socket, toFrame('error', 'This socket only watches'));
    const question = fromFrame(frame, visit.isJson);
    if (!question) return sendText(socket, toFrame('error', visit.isJson ? JSON_QUESTION : QUESTION));
    visit.isOver = !visit.keepAlive;
    await this.answer(socket, visit, question.content, question.client_message_id);
  }

  /** Runs one turn and sends its events up to the end. */
  private async answer(socket: WebSocket, visit: Visit, message: string, messageId?: string): Promise<void> {
    const turn = { ...visit.turn, message };
    try {
      const run = await this.runs.start({ ...turn, claim: claimOfMessage(turn, messageId) });
      // A new conversation has received its id.
      visit.turn.conversationId = run.conversationId;
      await sendRun(socket, this.runs, run.runId, (event) => toWire(run.runId, event, messageId));
      if (visit.keepAlive) sendText(socket, toDone(run.conversationId, run.runId, messageId));
      else socket.close(1000);
    } catch (error) {
      const reason = error instanceof ParleyError ? error.message : 'The question could not be taken';
      sendText(socket, toFrame('error', reason, messageId));
      const isLimit = error instanceof ParleyError && error.kind === 'rate-limited';
      if (!visit.keepAlive) socket.close(isLimit ? TOO_MANY : 1011, 'refused');
    }
  }

  /** Sends the answers of its conversation, from any client, to a socket that watches, until it closes. */
  private async serve(socket: WebSocket, admission: Promise<Visit | null>): Promise<void> {
    const visit = await admission;
    if (!visit?.watches) return;
    const { ownerId, conversationId = '' } = visit.turn;
    const closed = new AbortController();
    socket.once('close', () => closed.abort());
    if (socket.readyState !== socket.OPEN) return;
    try {
      for await (const runId of runsOf(this.conversations, { ownerId, conversationId }, closed.signal)) {
        await sendRun(socket, this.runs, runId, (event) => toWire(runId, event));
        sendText(socket, toDone(conversationId, runId));
      }
    } catch {
      socket.close(1011, 'storage unavailable');
    }
  }
}

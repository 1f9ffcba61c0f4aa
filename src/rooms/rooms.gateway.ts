import { WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { renewalSchema, renewalToken } from '../auth/connections/renewal.js';
import { InvalidInput, ParleyError } from '../common/errors.js';
import { ApiFrames } from '../common/openapi.js';
import { Logger } from '../common/logger.js';
import { handleFrames, sendLargeText, sendText } from '../common/sockets/sockets.js';
import type { GatewayOptions, SocketRequest } from '../common/sockets/ws.adapter.js';
import { SocketLimits } from '../limits/socket-limits.js';
import { reasonOf } from '../common/startup.js';
import type { RoomWatcher } from './live-room.js';
import { RoomAuthGuard, type RoomAdmission } from './room-auth.guard.js';
import type { RoomEntry } from './room-store.js';
import { RoomsService } from './rooms.service.js';
import { frameSchema, roomIdSchema } from './schemas.js';
import { fromFrame, toError, toRenewed, toSync, toWire } from './wire.js';

@ApiFrames(frameSchema, renewalSchema)
// 4,000 characters are at most 47 KiB, as pairs of `\u` escapes.
@WebSocketGateway<GatewayOptions>({
  path: '/v1/chat/sessions/:session_id/ws',
  maxFrameKb: 64,
  tooLarge: toError('Message payload is too large.'),
})
export class RoomsGateway {
  constructor(
    private readonly rooms: RoomsService,
    private readonly auth: RoomAuthGuard,
    private readonly limits: SocketLimits,
    private readonly logger: Logger,
  ) {}

  // Nothing that lasts as long as the socket holds the request: that would be half of what an idle one costs.
  handleConnection(socket: WebSocket, request: SocketRequest): void {
    const sessionId = request.params['session_id'] ?? '';
    if (!roomIdSchema.safeParse(sessionId).success) return socket.close(1008, 'bad session id');
    const admission = this.admit(socket, request);
    handleFrames(
      socket,
      (frame) => this.store(socket, sessionId, admission, frame),
      (frame) => this.renew(socket, admission, frame),
    );
    void this.show(socket, sessionId, admission);
  }

  /** @returns null when the socket may not come in; it is closed then */
  private async admit(socket: WebSocket, request: SocketRequest): Promise<RoomAdmission | null> {
    const admitted = await this.auth.admit(request, socket);
    if (!admitted) socket.close(1008, 'unauthorized');
    // Rooms without tokens belong to no account that could be limited.
    if (!admitted?.connection) return admitted;
    return (await this.limits.admit(admitted.connection.accountId, socket, toError)) ? admitted : null;
  }

  private async admitFrame(socket: WebSocket, { connection }: RoomAdmission): Promise<boolean> {
    return !connection || this.limits.admitFrame(connection.accountId, socket, toError);
  }

  private async show(socket: WebSocket, sessionId: string, admission: Admission): Promise<void> {
    const admitted = await admission;
    // One that has closed meanwhile would never leave.
    if (!admitted || socket.readyState !== socket.OPEN) return;
    const view = new RoomView(socket, sessionId, (error) => this.close(socket, error));
    socket.on('close', this.rooms.watch(admitted.namespace, sessionId, view));
  }

  /** @returns null when the frame shows no new token */
  private renew(socket: WebSocket, admission: Admission, frame: string | null): Promise<void> | null {
    const token = renewalToken(frame);
    return token === null ? null : this.useToken(socket, admission, token);
  }

  private async useToken(socket: WebSocket, admission: Admission, token: string): Promise<void> {
    const admitted = await admission;
    if (!admitted || !(await this.admitFrame(socket, admitted))) return;
    const isTaken = await this.auth.renew(admitted, token);
    sendText(socket, isTaken ? toRenewed(admitted.connection?.expiresAt ?? null) : toError(REFUSED));
  }

  private async store(
    socket: WebSocket,
    sessionId: string,
    admission: Admission,
    frame: string | null,
  ): Promise<void> {
    const admitted = await admission;
    if (!admitted || !(await this.admitFrame(socket, admitted))) return;
    try {
      if (admitted.connection && !(await admitted.connection.authorize())) return;
      await this.rooms.append(admitted.namespace, sessionId, fromFrame(frame));
    } catch (error) {
      if (error instanceof InvalidInput) sendText(socket, toError('Invalid message payload.', error.issues));
      else if (error instanceof ParleyError && error.kind === 'conflict')
        sendText(socket, toError(error.message));
      else this.close(socket, error);
    }
  }

  private close(socket: WebSocket, error: unknown): void {
    this.logger.warn({ reason: reasonOf(error) }, 'A room is unavailable');
    socket.close(1011, 'storage unavailable');
  }
}

const REFUSED = 'The token was refused.';

type Admission = Promise<RoomAdmission | null>;

/** A room as one socket shows it. */
class RoomView implements RoomWatcher {
  constructor(
    private readonly socket: WebSocket,
    private readonly sessionId: string,
    readonly onFailure: (error: unknown) => void,
  ) {}

  onSync(messages: string[]): void {
    sendLargeText(this.socket, toSync(this.sessionId, messages));
  }

  onEntry(entry: RoomEntry): void {
    sendText(this.socket, toWire(this.sessionId, entry));
  }
}

// S2, rooms: shared message logs with a TTL, over HTTP and WebSocket under `/v1`.
// Oddities: no room is unknown; every answer but the list has one shape; nobody answers; frames are bare JSON.
// Messages are JSON text from the store to the wire: a long room is joined, never parsed.

import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { WebSocketGateway } from '@nestjs/websockets';
import type { Request } from 'express';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { WithPrincipal } from '../../auth/principal.js';
import { Public } from '../../auth/public.decorator.js';
import { InvalidInput, ParleyError } from '../../common/errors.js';
import { ApiAnswer, ApiErrors, ApiFrames } from '../../common/openapi.js';
import { handleFrames, sendLargeText, sendText } from '../../common/sockets.js';
import { parseInput } from '../../common/validation.pipe.js';
import type { SocketRequest } from '../../common/ws.adapter.js';
import type { RoomWatcher } from '../../sessions/rooms/live-room.js';
import type { RoomEntry } from '../../sessions/rooms/room-store.js';
import { RoomsService } from '../../sessions/rooms/rooms.service.js';
import { RoomsDoor } from './rooms-door.js';
import { frameSchema, newMessageSchema, roomIdSchema, roomSchema, roomsSchema } from './rooms.schemas.js';

/** @param frame text of a client's frame, or null for a binary one. @throws InvalidInput */
export function fromFrame(frame: string | null): z.output<typeof newMessageSchema> {
  let value: unknown;
  try {
    value = JSON.parse(frame ?? '');
  } catch {
    throw new InvalidInput([{ type: 'json_invalid', loc: ['body'], msg: 'JSON decode error', input: {} }]);
  }
  return parseInput(newMessageSchema, value, 'body');
}

export const toRoom = (sessionId: string, messages: readonly string[]) =>
  `{"session_id":${JSON.stringify(sessionId)},"messages":[${messages.join(',')}]}`;

export const toSync = (sessionId: string, messages: readonly string[]) =>
  `{"type":"session.sync","session":${toRoom(sessionId, messages)}}`;

export const toWire = (sessionId: string, { message }: Pick<RoomEntry, 'message'>) =>
  message === null
    ? `{"type":"session.cleared","session_id":${JSON.stringify(sessionId)}}`
    : `{"type":"message.created","session_id":${JSON.stringify(sessionId)},"message":${message}}`;

const toError = (detail: string, errors: InvalidInput['issues'] = []) =>
  JSON.stringify({ type: 'error', detail, errors });

type Caller = Request & WithPrincipal;

@ApiTags('Rooms')
@Public()
@UseGuards(RoomsDoor)
@ApiErrors(401, 422, 503)
@Controller('v1/chat/sessions')
export class RoomsController {
  constructor(
    private readonly rooms: RoomsService,
    private readonly door: RoomsDoor,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The rooms that hold messages, sorted by id' })
  @ApiAnswer(200, roomsSchema)
  list(@Req() caller: Caller) {
    return this.rooms.list(this.door.namespaceOf(caller.principal));
  }

  @Post(':session_id/messages')
  @ApiOperation({
    summary: 'Stores a message',
    description:
      'Every socket of the room gets it. The answer is the whole room. Under a `client_message_id` a message counts once ' +
      'for 24 hours, over HTTP and WebSocket together.',
  })
  @ApiErrors(409)
  @HttpCode(201)
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(201, roomSchema)
  async post(
    @Req() caller: Caller,
    @Param('session_id', { schema: roomIdSchema }) sessionId: string,
    @Body({ schema: newMessageSchema }) message: z.output<typeof newMessageSchema>,
  ) {
    const namespace = this.door.namespaceOf(caller.principal);
    await this.rooms.append(namespace, sessionId, message);
    return toRoom(sessionId, await this.rooms.read(namespace, sessionId));
  }

  @Get(':session_id/messages')
  @ApiOperation({
    summary: 'The messages of a room, oldest first',
    description: 'No room is unknown, but one may be empty.',
  })
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(200, roomSchema)
  async read(@Req() caller: Caller, @Param('session_id', { schema: roomIdSchema }) sessionId: string) {
    return toRoom(sessionId, await this.rooms.read(this.door.namespaceOf(caller.principal), sessionId));
  }

  @Delete(':session_id')
  @ApiOperation({ summary: 'Forgets all messages', description: 'The sockets of the room stay open.' })
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(200, roomSchema)
  async clear(@Req() caller: Caller, @Param('session_id', { schema: roomIdSchema }) sessionId: string) {
    await this.rooms.clear(this.door.namespaceOf(caller.principal), sessionId);
    return toRoom(sessionId, []);
  }
}

@ApiFrames(frameSchema)
@WebSocketGateway({ path: '/v1/chat/sessions/:session_id/ws' })
export class RoomsGateway {
  constructor(
    private readonly rooms: RoomsService,
    private readonly door: RoomsDoor,
  ) {}

  // Nothing that lasts as long as the socket holds the request: that would be half of what an idle one costs.
  handleConnection(socket: WebSocket, { params, query }: SocketRequest): void {
    const sessionId = params['session_id'] ?? '';
    if (!roomIdSchema.safeParse(sessionId).success) return socket.close(1008, 'bad session id');
    const admission = this.door.admit(query.get('token'));
    handleFrames(socket, (frame) => this.store(socket, sessionId, admission, frame));
    void this.show(socket, sessionId, admission);
  }

  private async show(socket: WebSocket, sessionId: string, admission: Promise<string | null>): Promise<void> {
    const namespace = await admission;
    if (namespace === null) return socket.close(1008, 'unauthorized');
    // One that has gone meanwhile would never leave.
    if (socket.readyState !== socket.OPEN) return;
    socket.on('close', this.rooms.watch(namespace, sessionId, new RoomView(socket, sessionId)));
  }

  private async store(
    socket: WebSocket,
    sessionId: string,
    admission: Promise<string | null>,
    frame: string | null,
  ): Promise<void> {
    const namespace = await admission;
    if (namespace === null) return;
    try {
      await this.rooms.append(namespace, sessionId, fromFrame(frame));
    } catch (error) {
      if (error instanceof InvalidInput) sendText(socket, toError('Invalid message payload.', error.issues));
      else if (error instanceof ParleyError && error.kind === 'conflict')
        sendText(socket, toError(error.message));
      else socket.close(1011, 'storage unavailable');
    }
  }
}

/** A room as one socket shows it. */
class RoomView implements RoomWatcher {
  constructor(
    private readonly socket: WebSocket,
    private readonly sessionId: string,
  ) {}

  onSync(messages: string[]): void {
    sendLargeText(this.socket, toSync(this.sessionId, messages));
  }

  onEntry(entry: RoomEntry): void {
    sendText(this.socket, toWire(this.sessionId, entry));
  }

  onFailure(): void {
    this.socket.close(1011, 'storage unavailable');
  }
}

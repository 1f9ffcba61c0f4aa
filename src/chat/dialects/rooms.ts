// S2, rooms: shared message logs with a TTL, over HTTP and WebSocket under `/v1`.
// Oddities: no room is unknown; every answer but the list has one shape; nobody answers; frames are bare JSON.
// Messages are JSON text from the store to the wire: a long room is joined, never parsed.

import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WebSocketGateway } from '@nestjs/websockets';
import type { Request } from 'express';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { WithPrincipal } from '../../auth/principal.js';
import { Public } from '../../auth/public.decorator.js';
import { InvalidInput } from '../../common/errors.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { readFrames, sendText } from '../../common/sockets.js';
import { boundedText } from '../../common/text.js';
import { parseInput } from '../../common/validation.pipe.js';
import type { SocketRequest } from '../../common/ws.adapter.js';
import type { RoomEntry } from '../../sessions/rooms/room-store.js';
import { RoomsService } from '../../sessions/rooms/rooms.service.js';
import { RoomsDoor } from './rooms-door.js';

const newMessageSchema = z
  .object({
    role: z.enum(['user', 'assistant']),
    content: boundedText(1, 4_000),
    author_name: boundedText(0, 64).nullish(),
  })
  .meta({ id: 'NewRoomMessage', example: { role: 'user', content: 'Hello there!' } });
const messageSchema = z
  .object({
    id: z.string(),
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    author_name: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'RoomMessage' });
const roomSchema = z
  .object({ session_id: z.string(), messages: z.array(messageSchema) })
  .meta({ id: 'Room' });
const roomsSchema = z
  .array(z.object({ session_id: z.string(), message_count: z.int() }))
  .meta({ id: 'Rooms', example: [{ session_id: 'my-session', message_count: 3 }] });

/** What the server sends over the socket. */
export const frameSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('session.sync'), session: roomSchema }),
    z.object({ type: z.literal('message.created'), session_id: z.string(), message: messageSchema }),
    z.object({ type: z.literal('session.cleared'), session_id: z.string() }),
    z.object({ type: z.literal('error'), detail: z.string(), errors: z.array(z.unknown()) }),
  ])
  .meta({ id: 'RoomFrame' });

const roomIdSchema = boundedText(1, 128);

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

const toError = ({ issues }: InvalidInput) =>
  JSON.stringify({ type: 'error', detail: 'Invalid message payload.', errors: issues });

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

  /** The rooms that hold messages, sorted by id. */
  @Get()
  @ApiAnswer(200, roomsSchema)
  list(@Req() caller: Caller) {
    return this.rooms.list(this.door.namespaceOf(caller.principal));
  }

  /** Stores a message, announces it to the sockets of the room and answers with the whole room. */
  @Post(':session_id/messages')
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
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(200, roomSchema)
  async read(@Req() caller: Caller, @Param('session_id', { schema: roomIdSchema }) sessionId: string) {
    return toRoom(sessionId, await this.rooms.read(this.door.namespaceOf(caller.principal), sessionId));
  }

  /** Forgets all messages; the sockets of the room stay open. */
  @Delete(':session_id')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(200, roomSchema)
  async clear(@Req() caller: Caller, @Param('session_id', { schema: roomIdSchema }) sessionId: string) {
    await this.rooms.clear(this.door.namespaceOf(caller.principal), sessionId);
    return toRoom(sessionId, []);
  }
}

@WebSocketGateway({ path: '/v1/chat/sessions/:session_id/ws' })
export class RoomsGateway {
  constructor(
    private readonly rooms: RoomsService,
    private readonly door: RoomsDoor,
  ) {}

  async handleConnection(socket: WebSocket, { params, query }: SocketRequest): Promise<void> {
    const sessionId = params['session_id'] ?? '';
    if (!roomIdSchema.safeParse(sessionId).success) return socket.close(1008, 'bad session id');
    const frames = readFrames(socket);
    const namespace = await this.door.admit(query.get('token'));
    if (namespace === null) return socket.close(1008, 'unauthorized');

    const leave = this.rooms.watch(namespace, sessionId, {
      onSync: (messages) => sendText(socket, toSync(sessionId, messages)),
      onEntry: (entry) => sendText(socket, toWire(sessionId, entry)),
      onFailure: () => socket.close(1011, 'storage unavailable'),
    });
    socket.once('close', leave);

    for await (const frame of frames) {
      try {
        await this.rooms.append(namespace, sessionId, fromFrame(frame));
      } catch (error) {
        if (error instanceof InvalidInput) sendText(socket, toError(error));
        else socket.close(1011, 'storage unavailable');
      }
    }
  }
}

// S2, rooms: shared message logs with a TTL, over HTTP and WebSocket under `/v1`.
// Oddities: there is no 404; every response but the list has one shape; no agent answers; frames are bare JSON.
// Messages are JSON text from the store to the wire: a long room is joined, never parsed.

import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import type { WithPrincipal } from '../auth/principal.js';
import { Public } from '../auth/public.decorator.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { RoomsService } from './rooms.service.js';
import { RoomAuthGuard } from './room-auth.guard.js';
import { newMessageSchema, roomIdSchema, roomSchema, roomsSchema } from './schemas.js';
import { toRoom } from './wire.js';
import { Audited } from '../auth/audit/audited.decorator.js';

type Caller = Request & WithPrincipal;

@ApiTags('Rooms')
@Public()
@UseGuards(RoomAuthGuard)
@ApiErrors(401, 422, 503)
@RequireScope('chat')
@Controller('v1/chat/sessions')
export class RoomsController {
  constructor(
    private readonly rooms: RoomsService,
    private readonly auth: RoomAuthGuard,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the rooms that hold messages, sorted by id' })
  @ApiAnswer(200, roomsSchema)
  listRooms(@Req() caller: Caller) {
    return this.rooms.list(this.auth.namespaceOf(caller.principal));
  }

  @Post(':session_id/messages')
  @ApiOperation({
    summary: 'Store a message in a room',
    description:
      'Sent to every socket of the room. The response is the whole room. A message with a ' +
      '`client_message_id` is stored once within 24 hours, over HTTP and WebSocket together.',
  })
  @ApiErrors(409, 415)
  @HttpCode(201)
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(201, roomSchema)
  async postRoomMessage(
    @Req() caller: Caller,
    @Param('session_id', { schema: roomIdSchema }) sessionId: string,
    @Body({ schema: newMessageSchema }) message: z.output<typeof newMessageSchema>,
  ) {
    const namespace = this.auth.namespaceOf(caller.principal);
    await this.rooms.append(namespace, sessionId, message);
    return toRoom(sessionId, await this.rooms.read(namespace, sessionId));
  }

  @Get(':session_id/messages')
  @ApiOperation({
    summary: 'List the messages of a room, oldest first',
    description: 'A room that was never used is empty; there is no 404.',
  })
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(200, roomSchema)
  async listRoomMessages(
    @Req() caller: Caller,
    @Param('session_id', { schema: roomIdSchema }) sessionId: string,
  ) {
    return toRoom(sessionId, await this.rooms.read(this.auth.namespaceOf(caller.principal), sessionId));
  }

  @Delete(':session_id')
  @Audited()
  @ApiOperation({
    summary: 'Delete all messages of a room',
    description: 'The sockets of the room stay open.',
  })
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiAnswer(200, roomSchema)
  async clearRoom(@Req() caller: Caller, @Param('session_id', { schema: roomIdSchema }) sessionId: string) {
    await this.rooms.clear(this.auth.namespaceOf(caller.principal), sessionId);
    return toRoom(sessionId, []);
  }
}

import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import type { SocketRequest } from '../../common/sockets/ws.adapter.js';
import type { Principal } from '../principal.js';
import { SocketTickets } from '../tickets/socket-tickets.js';
import { RequestStrategy } from './request.strategy.js';

/** A one-time ticket in place of a WebSocket's token. Not valid for other requests. */
@Injectable()
export class TicketStrategy extends PassportStrategy(RequestStrategy, 'ws-ticket') {
  constructor(private readonly tickets: SocketTickets) {
    super();
  }

  async validate({ token }: Request & Partial<Pick<SocketRequest, 'token'>>): Promise<Principal | null> {
    return token ? this.tickets.redeem(token) : null;
  }
}

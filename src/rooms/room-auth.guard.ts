import { Injectable, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Reflector } from '@nestjs/core';
import type { WebSocket } from 'ws';
import type { Access } from '../auth/access.js';
import { AuthGuard } from '../auth/auth.guard.js';
import type { OpenConnection } from '../auth/connections/open-connection.js';
import { OpenConnections } from '../auth/connections/open-connections.js';
import type { Principal } from '../auth/principal.js';
import { SocketAuthenticator } from '../auth/connections/socket-authenticator.js';
import { BearerStrategies } from '../auth/strategies/bearer-strategies.js';
import { ParleyError } from '../common/errors.js';
import type { SocketRequest } from '../common/sockets/ws.adapter.js';
import { Config } from '../config/config.js';

/** Content types that a form sends without a CORS preflight. */
const FORMS = ['urlencoded', 'multipart', 'text/plain'];

/** Whose rooms a socket may use, and by what authority where rooms need one. */
export interface RoomAdmission {
  namespace: string;
  connection?: OpenConnection;
}

/** Rooms as documented need no token and are shared by all; `ROOMS_AUTH=required` gives each user rooms of its own. */
@Injectable()
export class RoomAuthGuard extends AuthGuard {
  constructor(
    reflector: Reflector,
    strategies: BearerStrategies,
    private readonly openConnections: OpenConnections,
    private readonly sockets: SocketAuthenticator,
    private readonly config: Config,
  ) {
    super(reflector, strategies, openConnections);
  }

  /** @returns whose rooms a socket may use; null without the credentials it needs */
  async admit(request: SocketRequest, socket: WebSocket): Promise<RoomAdmission | null> {
    if (!this.config.roomsNeedToken) return { namespace: this.namespaceOf() };
    const principal = await this.sockets.authenticate(request).catch(() => null);
    if (!principal) return null;
    const connection = this.openConnections.openSocket(principal, socket);
    return { namespace: this.namespaceOf(principal), connection };
  }

  /** @returns whether the new token was taken */
  async renew({ connection }: RoomAdmission, token: string): Promise<boolean> {
    return connection !== undefined && this.sockets.renew(connection, token);
  }

  /**
   * Where rooms need no token, a form of any page could post into them: a browser sends JSON only after a preflight.
   */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.is(FORMS)) {
      const detail = 'A message is sent as JSON, with Content-Type: application/json';
      throw new ParleyError('unsupported', 'json-demanded', detail);
    }
    return super.canActivate(context);
  }

  namespaceOf(principal?: Principal): string {
    return this.config.roomsNeedToken && principal ? principal.id : 'all';
  }

  protected override accessOf(): Access {
    return this.config.roomsNeedToken ? 'user' : 'public';
  }
}

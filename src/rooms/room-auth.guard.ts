import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Access } from '../auth/access.js';
import { AuthGuard } from '../auth/auth.guard.js';
import type { Principal } from '../auth/principal.js';
import { SocketAuthenticator } from '../auth/socket-authenticator.js';
import { JwtStrategy } from '../auth/strategies/jwt.strategy.js';
import { Config } from '../config/config.js';

/** Rooms as documented need no token and are shared by all; `ROOMS_AUTH=required` gives each user rooms of its own. */
@Injectable()
export class RoomAuthGuard extends AuthGuard {
  constructor(
    reflector: Reflector,
    jwt: JwtStrategy,
    private readonly sockets: SocketAuthenticator,
    private readonly config: Config,
  ) {
    super(reflector, jwt);
  }

  /** @returns the namespace of a socket's rooms; null without the credentials it needs */
  async admit(request: IncomingMessage): Promise<string | null> {
    if (!this.config.roomsNeedToken) return this.namespaceOf();
    const principal = await this.sockets.authenticate(request).catch(() => null);
    return principal && this.namespaceOf(principal);
  }

  namespaceOf(principal?: Principal): string {
    return this.config.roomsNeedToken && principal ? principal.id : 'all';
  }

  protected override accessOf(): Access {
    return this.config.roomsNeedToken ? 'user' : 'public';
  }
}

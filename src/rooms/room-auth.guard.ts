import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { bearerToken, notAuthenticated } from '../auth/access.js';
import { Authenticator } from '../auth/authenticator.js';
import type { Principal, WithPrincipal } from '../auth/principal.js';
import { Config } from '../config/config.js';

/** Rooms as documented need no token and are shared by all; `ROOMS_AUTH=required` gives each user rooms of its own. */
@Injectable()
export class RoomAuthGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.config.roomsNeedToken) return true;
    const request = context.switchToHttp().getRequest<Request & WithPrincipal>();
    const token = bearerToken(request.headers.authorization);
    if (!token) throw notAuthenticated();
    request.principal = await this.authenticator.authenticate(token);
    return true;
  }

  /** @returns the namespace of a socket's rooms; null when it may not come in */
  async admit(token: string | null): Promise<string | null> {
    if (!this.config.roomsNeedToken) return this.namespaceOf();
    if (!token) return null;
    return this.authenticator.authenticate(token).then(
      (principal) => this.namespaceOf(principal),
      () => null,
    );
  }

  namespaceOf(principal?: Principal): string {
    return this.config.roomsNeedToken && principal ? principal.id : 'all';
  }
}

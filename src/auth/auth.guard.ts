import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { bearerToken, checkRank, notAuthenticated, RouteAccess } from './access.js';
import { Authenticator } from './authenticator.js';
import type { WithPrincipal } from './principal.js';

/** Stands before every route. Only `@Public()` lets a request in without a token. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Gateways authenticate their sockets at the handshake, through the Authenticator.
    if (context.getType() !== 'http') return true;
    const access =
      this.reflector.getAllAndOverride(RouteAccess, [context.getHandler(), context.getClass()]) ?? 'user';
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<Request & WithPrincipal>();
    const token = bearerToken(request.headers.authorization);
    if (!token) throw notAuthenticated();
    request.principal = await this.authenticator.authenticate(token);
    checkRank(access, request.principal);
    return true;
  }
}

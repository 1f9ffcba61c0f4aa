import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard as PassportAuthGuard } from '@nestjs/passport';
import type { Request, Response } from 'express';
import { checkRank, notAuthenticated, RouteAccess, type Access } from './access.js';
import { CREDENTIALS_INVALID } from './authenticator.js';
import { OpenConnections } from './connections/open-connections.js';
import { passportOptions } from './passport-options.js';
import type { Principal, WithPrincipal } from './principal.js';
import { JwtStrategy } from './strategies/jwt.strategy.js';

/** Runs before every route. Only `@Public()` admits a request without credentials. */
@Injectable()
export class AuthGuard extends PassportAuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    jwt: JwtStrategy,
    private readonly connections: OpenConnections,
  ) {
    super(passportOptions('principal', jwt));
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // Gateways authenticate their sockets at the handshake, through SocketAuthenticator.
    if (context.getType() !== 'http') return true;
    const access = this.accessOf(context);
    if (access === 'public') return true;
    await super.canActivate(context);
    const http = context.switchToHttp();
    const { principal } = http.getRequest<Required<WithPrincipal>>();
    checkRank(access, principal);
    this.connections.openResponse(principal, http.getResponse<Response>());
    return true;
  }

  override handleRequest<T = Principal>(
    error: unknown,
    principal: T | false,
    _info: unknown,
    context: ExecutionContext,
  ): T {
    if (error) throw error;
    if (principal) return principal;
    const { headers } = context.switchToHttp().getRequest<Request>();
    throw notAuthenticated(
      headers.authorization?.toLowerCase().startsWith('bearer ') ? CREDENTIALS_INVALID : undefined,
    );
  }

  protected accessOf(context: ExecutionContext): Access {
    return (
      this.reflector.getAllAndOverride(RouteAccess, [context.getHandler(), context.getClass()]) ?? 'user'
    );
  }
}

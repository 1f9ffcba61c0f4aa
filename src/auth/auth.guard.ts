import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector, type ReflectableDecorator } from '@nestjs/core';
import type { Request, Response } from 'express';
import { notFound } from '../common/errors.js';
import {
  checkRank,
  checkScope,
  demandOf,
  notAuthenticated,
  RequireScope,
  RouteAccess,
  type Access,
} from './access.js';
import { CREDENTIALS_INVALID } from './authenticator.js';
import { OpenConnections } from './connections/open-connections.js';
import type { Principal, WithPrincipal } from './principal.js';
import { authenticate } from './strategies/authenticate.js';
import { BearerStrategies } from './strategies/bearer-strategies.js';
import { tokenOf } from './token-of-request.js';

/** Runs before every route. Only `@Public()` admits a request without credentials. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly strategies: BearerStrategies,
    private readonly connections: OpenConnections,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Gateways authenticate their sockets at the handshake, through SocketAuthenticator.
    if (context.getType() !== 'http') return true;
    const access = this.accessOf(context);
    if (access === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<WithPrincipal & Request>();
    const principal = (request.principal = await this.authenticate(request));
    checkScope(demandOf(this.markOf(context, RequireScope), access), principal);
    checkRank(access, principal);
    // No id contains a NUL, which PostgreSQL refuses. Checked here, after authentication.
    if (request.path.includes('%00')) throw notFound();
    this.connections.openResponse(principal, http.getResponse<Response>());
    return true;
  }

  private async authenticate(request: Request): Promise<Principal> {
    const principal = await authenticate(this.strategies.of(tokenOf(request)), request);
    if (principal) return principal;
    const hasToken = request.headers.authorization?.toLowerCase().startsWith('bearer ');
    throw notAuthenticated(hasToken ? CREDENTIALS_INVALID : undefined);
  }

  protected accessOf(context: ExecutionContext): Access {
    return this.markOf(context, RouteAccess) ?? 'user';
  }

  private markOf<T>(context: ExecutionContext, mark: ReflectableDecorator<T>): T | undefined {
    return this.reflector.getAllAndOverride(mark, [context.getHandler(), context.getClass()]);
  }
}

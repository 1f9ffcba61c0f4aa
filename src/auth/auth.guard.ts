import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector, type ReflectableDecorator } from '@nestjs/core';
import { AuthGuard as PassportAuthGuard } from '@nestjs/passport';
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
import { passportOptions } from './passport-options.js';
import type { Principal, WithPrincipal } from './principal.js';
import { BearerStrategies } from './strategies/bearer-strategies.js';

/** Runs before every route. Only `@Public()` admits a request without credentials. */
@Injectable()
export class AuthGuard extends PassportAuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    strategies: BearerStrategies,
    private readonly connections: OpenConnections,
  ) {
    super(passportOptions('principal', ...strategies.all));
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // Gateways authenticate their sockets at the handshake, through SocketAuthenticator.
    if (context.getType() !== 'http') return true;
    const access = this.accessOf(context);
    if (access === 'public') return true;
    await super.canActivate(context);
    const http = context.switchToHttp();
    const { principal, path } = http.getRequest<Required<WithPrincipal> & Request>();
    checkScope(demandOf(this.markOf(context, RequireScope), access), principal);
    checkRank(access, principal);
    // No id contains a NUL, which PostgreSQL refuses. Checked here, after authentication.
    if (path.includes('%00')) throw notFound();
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
    return this.markOf(context, RouteAccess) ?? 'user';
  }

  private markOf<T>(context: ExecutionContext, mark: ReflectableDecorator<T>): T | undefined {
    return this.reflector.getAllAndOverride(mark, [context.getHandler(), context.getClass()]);
  }
}

import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { WithPrincipal } from '../auth/principal.js';
import { AccountLimits } from './account-limits.js';

/** Stands before routes that answer with an event stream: counts it as one of its account's until it has ended. */
@Injectable()
export class EventStreamGuard implements CanActivate {
  constructor(private readonly limits: AccountLimits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const { principal } = http.getRequest<WithPrincipal>();
    const response = http.getResponse<Response>();
    if (!principal) return true;
    const release = await this.limits.acquire('streams', principal.id);
    if (response.destroyed) release();
    else response.once('close', release);
    return true;
  }
}

/** The same before a route whose answer is an event stream only with `?stream=true`. */
@Injectable()
export class OptionalEventStreamGuard extends EventStreamGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { query } = context.switchToHttp().getRequest<Request>();
    return query['stream'] === 'true' ? super.canActivate(context) : true;
  }
}

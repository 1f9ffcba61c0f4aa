import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { catchError, concatMap, from, map, throwError, type Observable } from 'rxjs';
import { ParleyError } from '../../common/errors.js';
import { RouteAccess } from '../access.js';
import { AuditLog, type AuditedRequest } from './audit-log.js';

/** Marks a handler whose use is written down, beside those of which that is known by their kind. */
export const Audited = Reflector.createDecorator<true>();

/** Writes down every deletion, every act of an admin, and what is marked `@Audited(true)`, with how it ended. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditLog,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<AuditedRequest & { method: string }>();
    if (!this.isAudited(context, request)) return next.handle();
    const record = (outcome: 'ok' | 'refused' | 'failed', answer?: unknown) =>
      from(this.audit.record(context.getHandler().name, outcome, request, answer));
    return next.handle().pipe(
      concatMap((answer: unknown) => record('ok', answer).pipe(map(() => answer))),
      catchError((error: unknown) =>
        record(isRefusal(error) ? 'refused' : 'failed').pipe(concatMap(() => throwError(() => error))),
      ),
    );
  }

  private isAudited(context: ExecutionContext, { method, principal }: AuditedRequest & { method: string }) {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.get(Audited, context.getHandler())) return true;
    if (!principal || method === 'GET') return false;
    const access = this.reflector.getAllAndOverride(RouteAccess, targets);
    return method === 'DELETE' || access === 'admin' || access === 'superuser';
  }
}

const isRefusal = (error: unknown) => error instanceof ParleyError && error.kind !== 'unavailable';

import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, concatMap, from, map, throwError, type Observable } from 'rxjs';
import { ParleyError } from '../../common/errors.js';
import { AuditLog, type AuditedRequest } from './audit-log.js';

type Request = AuditedRequest & { method: string; isAudited?: boolean };

/** Records requests to audited routes with their outcome, before the response is sent; see `@Audited()`. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly audit: AuditLog) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    if (!isAct(request)) return next.handle();
    request.isAudited = true;
    const record = (outcome: 'ok' | 'refused' | 'failed', answer?: unknown) =>
      from(this.audit.record(context.getHandler().name, outcome, request, answer));
    return next.handle().pipe(
      concatMap((answer: unknown) => record('ok', answer).pipe(map(() => answer))),
      catchError((error: unknown) =>
        record(isRefusal(error) ? 'refused' : 'failed').pipe(concatMap(() => throwError(() => error))),
      ),
    );
  }
}

/** Reads are not recorded, nor are unauthenticated deletions. A route marked twice is recorded once. */
const isAct = ({ method, principal, isAudited }: Request) =>
  !isAudited && method !== 'GET' && (method !== 'DELETE' || principal !== undefined);

const isRefusal = (error: unknown) => error instanceof ParleyError && error.kind !== 'unavailable';

import { Injectable } from '@nestjs/common';
import type { WithRequestId } from '../../common/http/request-id.js';
import { Logger } from '../../common/logger.js';
import { reasonOf } from '../../common/startup.js';
import type { AuditOutcome } from '../../database/entities/accounts/audit-event.entity.js';
import { AuditEventsRepository } from '../../database/repositories/audit-events.repository.js';
import { AuthLimits } from '../limits/auth-limits.js';
import type { WithPrincipal } from '../principal.js';

/** The parts of a request that are recorded. */
export type AuditedRequest = WithPrincipal &
  WithRequestId & { ip?: string; params?: Record<string, string | string[]>; account?: { id: string } };

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

/** Writes down who did what. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly events: AuditEventsRepository,
    private readonly limits: AuthLimits,
    private readonly logger: Logger,
  ) {}

  /**
   * An act that cannot be written down is logged instead: it has happened all the same.
   * @param action the operation's name in the OpenAPI document
   * @param made what the route answered; its `id` is the subject of an act whose path names none
   */
  async record(
    action: string,
    outcome: AuditOutcome,
    request: AuditedRequest,
    made?: unknown,
  ): Promise<void> {
    const { principal, account, ip = null, params = {}, requestId = null } = request;
    const key = principal?.credential.key;
    // Ids that clients choose may hold anything, also what identifies a person.
    const subject = [...Object.values(params), (made as { id?: unknown } | undefined)?.id].find(isUuid);
    const event = {
      action,
      outcome,
      actorId: principal?.id ?? account?.id ?? null,
      credential: principal ? (key?.id ?? 'log-in') : null,
      subjectId: subject ?? null,
      address: ip,
      requestId,
    };
    const isAnonymous = event.actorId === null && event.subjectId === null;
    if (isAnonymous && !(await this.limits.admitAnonymousEvent(ip ?? ''))) return;
    await this.events.add(event).catch((error: unknown) => {
      this.logger.error({ ...event, reason: reasonOf(error) }, 'An audit event could not be stored');
    });
  }
}

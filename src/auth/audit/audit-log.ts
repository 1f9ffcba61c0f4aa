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
/** Ids of agents, which admins choose. */
const AGENT_ID = /^[a-z0-9-]{1,64}$/;

const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

/** Records audit events. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly events: AuditEventsRepository,
    private readonly limits: AuthLimits,
    private readonly logger: Logger,
  ) {}

  /**
   * Records an audit event; on failure it is logged instead, since the action has already happened.
   * @param action operation name in the OpenAPI document
   * @param made response of the route; its `id` is the event's subject if the path has none
   */
  async record(
    action: string,
    outcome: AuditOutcome,
    request: AuditedRequest,
    made?: unknown,
  ): Promise<void> {
    const { principal, account, ip = null, params = {}, requestId = null } = request;
    const key = principal?.credential.key;
    // UUIDs only: client-chosen ids may contain personal data.
    const subject = [...Object.values(params), (made as { id?: unknown } | undefined)?.id].find(isUuid);
    const named = params.agent_id ?? (action === 'createAgent' ? (made as { id?: unknown })?.id : undefined);
    const event = {
      action,
      outcome,
      actorId: principal?.id ?? account?.id ?? null,
      credential: principal ? (key?.id ?? 'log-in') : null,
      subjectId: subject ?? null,
      subjectName: typeof named === 'string' && AGENT_ID.test(named) ? named : null,
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

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { deleteBatch } from '../delete-batch.js';
import { AuditEvent, type AuditOutcome } from '../entities/accounts/audit-event.entity.js';
import { toSlice, type AuditCursor, type Slice } from './page.js';

export type NewAuditEvent = Omit<AuditEvent, 'id' | 'at'>;

export interface AuditFilters {
  actorId?: string;
  subjectId?: string;
  outcome?: AuditOutcome;
  action?: string;
  limit: number;
  cursor?: AuditCursor;
}

/** Batch size, so that no statement takes long. */
const BATCH = 1_000;

/** The audit log: append-only, except for the erasure of accounts and the retention period. */
@Injectable()
export class AuditEventsRepository {
  private readonly events: Repository<AuditEvent>;

  constructor(private readonly source: DataSource) {
    this.events = source.getRepository(AuditEvent);
  }

  async add(event: NewAuditEvent): Promise<void> {
    await this.events.insert({ id: uuidv7(), ...event });
  }

  /**
   * Deletes a batch of the events older than a number of days (at least thirty), oldest first.
   * @returns whether there may be more
   */
  deleteOld(days: number): Promise<boolean> {
    // Ids are time-ordered, so only old rows are read.
    return deleteBatch(this.events, BATCH, {
      where: 'id < :first AND at < now() - make_interval(days => :days)',
      parameters: { first: firstIdAt(Date.now() - days * DAY_MS), days },
      orderBy: 'id',
    });
  }

  /**
   * Anonymises an erased account: its network address is dropped, and its id is replaced by a pseudonym, the same
   * in all its events.
   */
  async anonymise(accountId: string): Promise<void> {
    const pseudonym = randomUUID();
    for (let changed = BATCH; changed === BATCH;)
      [, changed] = await this.source.query<[unknown, number]>(ANONYMISE, [accountId, pseudonym]);
  }

  /** Newest first. */
  async list({
    actorId,
    subjectId,
    outcome,
    action,
    limit,
    cursor,
  }: AuditFilters): Promise<Slice<AuditEvent>> {
    const found = await this.events.find({
      where: {
        ...(actorId && { actorId }),
        ...(subjectId && { subjectId }),
        ...(outcome && { outcome }),
        ...(action && { action }),
        ...(cursor && { id: LessThan(cursor[0]) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toSlice(found, limit, ({ id }) => [id]);
  }
}

const DAY_MS = 86_400_000;

/** The lowest UUID of version 7 of a time. */
function firstIdAt(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** $1 the account's id, $2 its pseudonym. */
const ANONYMISE = `
  UPDATE audit_events SET
    address = CASE WHEN coalesce(actor_id, subject_id) = $1 THEN NULL ELSE address END,
    actor_id = CASE WHEN actor_id = $1 THEN $2 ELSE actor_id END,
    subject_id = CASE WHEN subject_id = $1 THEN $2 ELSE subject_id END
  WHERE id IN (SELECT id FROM audit_events WHERE actor_id = $1 OR subject_id = $1 LIMIT ${BATCH})`;

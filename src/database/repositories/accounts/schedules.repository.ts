import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, Raw, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Schedule } from '../../entities/accounts/schedule.entity.js';
import { lockAccount } from '../lock-account.js';
import { toSlice, type ScheduleCursor, type Slice } from '../page.js';

/** What its owner writes. */
export type ScheduleFields = Pick<Schedule, 'name' | 'cron' | 'timeZone' | 'agent' | 'message' | 'isEnabled'>;

/** A schedule whose time has come. */
export interface DueSchedule {
  id: string;
  ownerId: string;
  cron: string;
  timeZone: string;
  agent: string;
  message: string;
  conversationId: string;
  dueAt: Date;
  /** Those of the owner. */
  groups: string[];
}

/** How the run of a due time was started. */
export interface ScheduleOutcome {
  runId: string | null;
  error: string | null;
  nextAt: Date | null;
  /** Whether the schedule is disabled. */
  stops?: boolean;
}

/** Schedules of users. The owner is in every where clause of users' operations. */
@Injectable()
export class SchedulesRepository {
  private readonly schedules: Repository<Schedule>;

  constructor(private readonly source: DataSource) {
    this.schedules = source.getRepository(Schedule);
  }

  /** Newest first. */
  async list(
    userId: string,
    { limit, cursor }: { limit: number; cursor?: ScheduleCursor },
  ): Promise<Slice<Schedule>> {
    const rows = await this.schedules.find({
      where: { userId, ...(cursor && { id: LessThan(cursor[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toSlice(rows, limit, ({ id }) => [id]);
  }

  /** @param id a UUID */
  find(userId: string, id: string): Promise<Schedule | null> {
    return this.schedules.findOneBy({ id, userId });
  }

  /**
   * @param max schedules of an account
   * @returns null when there are that many, or the account was deleted
   */
  add(userId: string, fields: ScheduleFields, nextAt: Date | null, max: number): Promise<Schedule | null> {
    return this.source.transaction(async (manager) => {
      // Serializes concurrent inserts, so that each counts the previous ones.
      if (!(await lockAccount(manager, { id: userId }))) return null;
      if ((await manager.countBy(Schedule, { userId })) >= max) return null;
      const id = uuidv7();
      await manager.insert(Schedule, { ...fields, id, userId, nextAt, conversationId: uuidv7() });
      return manager.findOneByOrFail(Schedule, { id });
    });
  }

  /**
   * @param id a UUID
   * @param change what to change of the row as it is, which is locked meanwhile
   * @returns null when the user has no such schedule
   */
  change(
    userId: string,
    id: string,
    change: (current: Schedule) => Partial<Schedule>,
  ): Promise<Schedule | null> {
    return this.source.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const current = await manager.findOne(Schedule, { where: { id, userId }, lock });
      return current && manager.save(Schedule, Object.assign(current, change(current)));
    });
  }

  /** @param id a UUID; @returns false when the user has no such schedule */
  async delete(userId: string, id: string): Promise<boolean> {
    const { affected } = await this.schedules.delete({ id, userId });
    return Boolean(affected);
  }

  /**
   * Claims the schedule that has been due for longest, of an account that is active. A claim of a process that has
   * crashed expires; the next one has the same `dueAt`.
   */
  async claimDue(claimMs: number): Promise<DueSchedule | null> {
    // $1 ms of the claim
    const [rows]: [DueSchedule[], number] = await this.source.query(
      `UPDATE schedules s SET claimed_until = now() + $1 * interval '1 millisecond'
       FROM users u
       WHERE u.id = s.user_id AND s.id = (
         SELECT d.id FROM schedules d JOIN users o ON o.id = d.user_id AND o.is_active
         WHERE d.next_at <= now() AND (d.claimed_until IS NULL OR d.claimed_until < now())
         ORDER BY d.next_at, d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED
       )
       RETURNING s.id, s.user_id AS "ownerId", s.cron, s.time_zone AS "timeZone", s.agent, s.message,
         s.conversation_id AS "conversationId", s.next_at AS "dueAt", u.groups`,
      [claimMs],
    );
    return rows[0] ?? null;
  }

  /** How many of active accounts have been due for so long. */
  countDue(sinceMs: number): Promise<number> {
    return this.schedules.countBy({
      user: { isActive: true },
      nextAt: Raw((column) => `${column} <= now() - :sinceMs * interval '1 millisecond'`, { sinceMs }),
    });
  }

  /** Ends a claim. A `next_at` that the owner has changed meanwhile stays. */
  async settle(
    { id, dueAt }: DueSchedule,
    { runId, error, nextAt, stops = false }: ScheduleOutcome,
  ): Promise<void> {
    // $1 the schedule, $2 the due time, $3 the run, $4 the error, $5 the next time, $6 whether it is disabled
    await this.source.query(
      `UPDATE schedules SET claimed_until = NULL, last_at = $2, last_run_id = $3, last_error = $4,
         next_at = CASE WHEN next_at = $2 THEN $5::timestamptz ELSE next_at END,
         is_enabled = is_enabled AND NOT ($6 AND next_at = $2)
       WHERE id = $1 AND last_at IS DISTINCT FROM $2`,
      [id, dueAt, runId, error, nextAt, stops],
    );
  }
}

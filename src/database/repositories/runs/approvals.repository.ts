import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { JsonObject } from '../../../common/json.js';
import { Conversation } from '../../entities/conversation.entity.js';
import { IdempotencyKey } from '../../entities/idempotency-key.entity.js';
import { Run, type PendingApproval, type PendingRun, type RunUsage } from '../../entities/run.entity.js';
import { User } from '../../entities/user.entity.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { orKeyTaken } from '../idempotency.repository.js';
import { typeOf, writeEvent } from '../webhooks/outbox-statements.js';
import { BEGUN_HERE, PAST } from './run-statements.js';
import type { BegunRun, Lease, NewRun } from './runs.repository.js';

/** Expiry of a pending approval, in seconds. */
const WAITING_SECONDS = 24 * 60 * 60;

/** A run to suspend. */
export interface SuspendedRun {
  runId: string;
  /** Offset of the last event. */
  lastOffset: number;
  reply: string;
  sources: JsonObject[] | null;
  state: JsonObject;
  pending: PendingRun;
  usage: RunUsage | null;
}

type Decision = NonNullable<PendingApproval['decided']>;

/** A resumed run. */
export interface ResumedRun extends BegunRun {
  usage: RunUsage | null;
  resumed: { resume: JsonObject; decisions: Record<string, Decision> };
}

export interface DecisionOn {
  ownerId: string;
  runId: string;
  approvalId: string;
  decision: Decision;
  /** Whether the tool needs no further approval in the conversation. */
  always: boolean;
}

/** Result of a decision; `run` is set when it was the last one and the run resumes. */
export interface Decided {
  outcome: 'decided' | 'not-waiting' | 'unknown';
  run: ResumedRun | null;
}

/** The event of a suspended run, part of a WITH. $7 its pending calls, as in `SuspendedRun` */
const WAITING = writeEvent('event', {
  type: typeOf('run.waiting'),
  userId: 'c.owner_id',
  payload: `jsonb_build_object('run_id', run.id, 'conversation_id', c.client_id, 'user_id', c.owner_id, 'agent', c.agent,
      'status', 'waiting', 'approvals', (
        SELECT jsonb_agg(jsonb_build_object('id', each -> 'id', 'tool', each -> 'tool'))
        FROM jsonb_array_elements($7::jsonb -> 'approvals') AS each
      ))`,
  // A repeated statement finds the run waiting: its event has been written.
  from: `run JOIN conversations c ON c.id = run.conversation_id AND run.before = 'streaming'`,
});

/** $1 the run's id, $2 its producer, $3 to $8 as in `SuspendedRun`, $9 expiry in seconds */
const SUSPEND = `
  WITH held AS (
    SELECT id, status FROM runs WHERE id = $1 FOR NO KEY UPDATE
  ), run AS (
    UPDATE runs r
    SET status = 'waiting', partial = $3, sources = $4, state = $5, last_offset = $6, usage = $8,
      pending = $7::jsonb || jsonb_build_object('past', coalesce(r.pending -> 'past', '[]')),
      lease_until = now() + make_interval(secs => $9)
    FROM held
    WHERE r.id = held.id AND r.producer = $2
      AND (r.status = 'waiting' OR (r.status = 'streaming' AND NOT r.stop_requested))
    RETURNING r.id, r.conversation_id, held.status AS before
  ), ${WAITING}
  SELECT id FROM run`;

/** Runs waiting for approval. Lock order: see run-statements.ts. */
@Injectable()
export class ApprovalsRepository {
  constructor(private readonly source: DataSource) {}

  /** Suspends a run; idempotent. @returns false when a stop was requested, or the producer lost its lease */
  async suspend(run: SuspendedRun, producer: string): Promise<boolean> {
    const rows: unknown[] = await retryConflicts(() =>
      this.source.query(SUSPEND, [
        run.runId,
        producer,
        run.reply,
        run.sources && JSON.stringify(run.sources),
        run.state,
        run.lastOffset,
        JSON.stringify(run.pending),
        run.usage,
        WAITING_SECONDS,
      ]),
    );
    return rows.length > 0;
  }

  /** Decides a pending call. After the last decision the run belongs to `lease`. @throws KeyTakenError */
  decide(on: DecisionOn, lease: Lease, claim?: NewRun['claim']): Promise<Decided> {
    return retryConflicts(() =>
      this.source.transaction(async (manager) => {
        if (claim)
          await manager.findOne(User, {
            where: { id: on.ownerId },
            select: { id: true },
            lock: { mode: 'for_key_share' },
          });
        const decided = await this.act(manager, on, lease);
        if (claim && decided.outcome === 'decided')
          await orKeyTaken(
            manager.insert(IdempotencyKey, { ...claim, userId: on.ownerId, result: claim.result as object }),
          );
        return decided;
      }),
    );
  }

  private async act(manager: EntityManager, on: DecisionOn, lease: Lease): Promise<Decided> {
    const { ownerId, runId, approvalId, decision } = on;
    const held = await holdConversationOf(manager, ownerId, runId);
    const run = held && (await holdRun(manager, runId));
    const { approvals = [], past = [], resume = {}, toolCalls = [] } = run?.pending ?? {};
    const approval = approvals.find(({ id }) => id === approvalId);
    if (!run || (!approval && !past.includes(approvalId))) return { outcome: 'unknown', run: null };
    if (!approval || approval.decided || !run.waits) return { outcome: 'not-waiting', run: null };
    approval.decided = decision;
    if (on.always) await this.allow(manager, held.id, approval.tool);
    const pending = { approvals, past, resume, toolCalls };
    if (approvals.some(({ decided }) => !decided)) {
      await manager.update(Run, { id: runId }, { pending: pending as object });
      return { outcome: 'decided', run: null };
    }
    return {
      outcome: 'decided',
      run: await this.resume(manager, runId, { pending, usage: run.usage }, lease),
    };
  }

  private async resume(
    manager: EntityManager,
    runId: string,
    { pending, usage }: { pending: Required<PendingRun>; usage: RunUsage | null },
    { producer, seconds }: Lease,
  ): Promise<ResumedRun> {
    // $1 the run's id, $2 the producer, $3 its lease in seconds
    await manager.query(
      `UPDATE runs SET status = 'streaming', producer = $2, lease_until = now() + make_interval(secs => $3), pending = ${PAST}
       WHERE id = $1`,
      [runId, producer, seconds],
    );
    const [begun]: BegunRun[] = await manager.query(BEGUN_HERE, [[runId], producer]);
    const decisions = Object.fromEntries(pending.approvals.map(({ id, decided }) => [id, decided!]));
    return { ...begun!, usage, resumed: { resume: pending.resume, decisions } };
  }

  private async allow(manager: EntityManager, conversationRowId: string, tool: string): Promise<void> {
    // $1 row id of the conversation, $2 the tool
    await manager.query(
      `UPDATE conversations SET allowed_tools = allowed_tools || to_jsonb($2::text)
       WHERE id = $1 AND NOT allowed_tools ? $2`,
      [conversationRowId, tool],
    );
  }
}

/** Locks the conversation of an owner's run. */
async function holdConversationOf(
  manager: EntityManager,
  ownerId: string,
  runId: string,
): Promise<Pick<Conversation, 'id'> | null> {
  const run = await manager.findOne(Run, {
    where: { id: runId },
    select: { id: true, conversationRowId: true },
  });
  return (
    run &&
    manager.findOne(Conversation, {
      where: { id: run.conversationRowId, ownerId },
      select: { id: true },
      lock: { mode: 'for_no_key_update' },
    })
  );
}

/** Locks a run; `waits` by the clock of PostgreSQL. */
const holdRun = (manager: EntityManager, id: string) =>
  manager
    .createQueryBuilder(Run, 'r')
    .setLock('for_no_key_update')
    .select(['r.pending AS pending', 'r.usage AS usage'])
    .addSelect("r.status = 'waiting' AND r.leaseUntil > now()", 'waits')
    .where({ id })
    .getRawOne<{ pending: PendingRun | null; usage: RunUsage | null; waits: boolean }>();

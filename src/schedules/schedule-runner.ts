import { Injectable } from '@nestjs/common';
import { AgentRegistry } from '../agents/agent-registry.js';
import { ParleyError } from '../common/errors.js';
import { Logger } from '../common/logger.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import {
  SchedulesRepository,
  type DueSchedule,
} from '../database/repositories/accounts/schedules.repository.js';
import { claimOf } from '../idempotency/idempotency.js';
import { RunService } from '../runs/run.service.js';
import { Gauges } from '../telemetry/gauges.js';
import { nextTime } from './cron.js';

/** After that long another attempt is made: the process has crashed, or takes no runs. */
const CLAIM_MS = 30_000;
/** Runs are started every five seconds. */
const LATE_MS = 60_000;
/** Namespace of the idempotency keys. */
const ROUTE = 'schedules';

/**
 * Starts the runs of schedules that are due. A time is run once: the row is claimed by one process at a time, and a
 * second attempt after a crash has the same idempotency key.
 */
@Injectable()
export class ScheduleRunner {
  constructor(
    private readonly schedules: SchedulesRepository,
    private readonly runs: RunService,
    private readonly agents: AgentRegistry,
    private readonly logger: Logger,
    gauges: Gauges,
  ) {
    gauges.add({
      name: 'parley_late_schedules',
      help: 'Schedules overdue by more than a minute',
      aggregation: 'max',
      read: () => schedules.countDue(LATE_MS),
    });
  }

  /** Starts all that are due, until there are none, or this process takes no more runs. */
  async runDue(signal?: AbortSignal): Promise<void> {
    for (let hasMore = !signal?.aborted; hasMore;) {
      const due = await this.schedules.claimDue(CLAIM_MS);
      hasMore = due !== null && (await this.run(due)) && !signal?.aborted;
    }
  }

  /** @returns false when another attempt is made later: the claim stays until it expires, so that others come first */
  private async run(due: DueSchedule): Promise<boolean> {
    let outcome: { runId: string | null; error: string | null };
    try {
      const lack = await this.agents.unavailabilityOf(due.agent);
      if (lack?.isFinal) {
        await this.schedules.settle(due, { runId: null, error: lack.message, nextAt: null, stops: true });
        return true;
      }
      if (lack) throw new ParleyError('conflict', 'agent-unavailable', lack.message);
      const { runId } = await this.runs.start({ ...requestOf(due), claim: claimFor(due) });
      outcome = { runId, error: null };
    } catch (error) {
      if (isTemporary(error)) return false;
      if (!(error instanceof ParleyError))
        this.logger.warn({ err: error, schedule: due.id }, 'the run of a schedule was not started');
      outcome = { runId: null, error: sentenceOf(error) };
    }
    // Times that were missed meanwhile are run once: by this run.
    const after = new Date(Math.max(Date.now(), due.dueAt.getTime()));
    await this.schedules.settle(due, { ...outcome, nextAt: nextTime(due.cron, due.timeZone, after) });
    return true;
  }
}

const requestOf = ({ ownerId, conversationId, agent, message, groups }: DueSchedule) => ({
  ownerId,
  conversationId,
  agent,
  switchesAgent: true,
  message,
  groups,
});

const claimFor = ({ id, ownerId, dueAt }: DueSchedule) =>
  claimOf(ownerId, ROUTE, `${id} ${dueAt.toISOString()}`, null);

/** This process, or a store of it, cannot start runs at the moment. */
const isTemporary = (error: unknown) =>
  isTransientStoreError(error) || (error instanceof ParleyError && error.kind === 'unavailable');

const sentenceOf = (error: unknown) =>
  error instanceof ParleyError && typeof error.detail === 'string'
    ? error.detail
    : 'The run could not be started.';

import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { Decision, Source } from '../../agents/agent.js';
import { notFound, ParleyError } from '../../common/errors.js';
import type { IdempotencyClaim } from '../../database/repositories/idempotency.repository.js';
import { ApprovalsRepository, type Decided } from '../../database/repositories/runs/approvals.repository.js';
import { RunsRepository } from '../../database/repositories/runs/runs.repository.js';
import type { StoredRun } from '../../database/repositories/runs/stored-run.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import { RunAdmission } from '../admission/run-admission.js';
import { RunLog } from '../run-log.js';
import { RunProducer } from '../run-producer.js';
import { replayStored, storedSnapshot } from '../run-snapshot.js';
import { refuseUnfitInput } from './edited-input.js';
import { ProcessLease } from '../recovery/process-lease.js';

/** A user's decision about one tool call. */
export interface NewDecision extends Decision {
  /** Whether the tool needs no further approval in this conversation. */
  always?: boolean;
}

/** One of several decisions. */
export interface DecisionOnCall extends NewDecision {
  approvalId: string;
}

const RUN_NOT_FOUND = 'Run not found';

/** Approves or rejects tool calls of waiting runs, whichever process produced them. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly approvals: ApprovalsRepository,
    private readonly runs: RunsRepository,
    private readonly idempotency: Idempotency,
    private readonly lease: ProcessLease,
    private readonly log: RunLog,
    private readonly producer: RunProducer,
    private readonly admission: RunAdmission,
  ) {}

  /**
   * Decides one tool call; resumes the run in this process once every pending call is decided.
   * @returns the run after the decision
   * @throws ParleyError `not-found`, also for an approval of another run; `approval-not-waiting` for a second or
   * late decision; InvalidInput for an edited input that does not fit the tool; the errors of `RunService.start`
   */
  async decide(
    ownerId: string,
    runId: string,
    approvalId: string,
    decision: NewDecision,
    claim?: IdempotencyClaim,
  ): Promise<StoredRun> {
    this.admission.admit();
    if (decision.decision === 'edit') await this.refuseUnfit(ownerId, runId, approvalId, decision.input);
    await this.idempotency.once(claim, () => this.act(ownerId, runId, approvalId, decision, claim));
    return this.find(ownerId, runId);
  }

  /**
   * Decides those of the calls that still wait, for clients that repeat earlier decisions with the new ones.
   * @returns the run before it resumed: later events have offsets above its `lastOffset`
   * @throws ParleyError as `decide`, also when none of the calls waits; `not-found` for a run of another conversation
   */
  async decideAll(
    ownerId: string,
    { runId, conversationId }: { runId: string; conversationId?: string },
    decisions: readonly DecisionOnCall[],
  ): Promise<StoredRun> {
    const run = await this.find(ownerId, runId);
    if (conversationId && run.conversationId !== conversationId) throw notFound(RUN_NOT_FOUND);
    const waiting = new Set(run.approvals?.map(({ id }) => id));
    const open = decisions.filter(({ approvalId }) => waiting.has(approvalId));
    for (const { approvalId, ...decision } of open.length > 0 ? open : decisions)
      await this.decide(ownerId, runId, approvalId, decision);
    return run;
  }

  /** An approval that was decided meanwhile is refused, or replayed, by the decision itself. */
  private async refuseUnfit(ownerId: string, runId: string, approvalId: string, input: unknown) {
    const { approvals } = await this.find(ownerId, runId);
    const approval = approvals?.find(({ id }) => id === approvalId);
    if (approval?.schema) refuseUnfitInput(approval.schema, input);
  }

  private async act(
    ownerId: string,
    runId: string,
    approvalId: string,
    { always = false, ...decision }: NewDecision,
    claim?: IdempotencyClaim,
  ): Promise<{ runId: string }> {
    const before = await this.find(ownerId, runId);
    const result = { runId };
    let decided: Decided | null = null;
    // A resumed run counts against the account's limit; a run with further pending calls does not.
    await this.admission.queued({ ownerId, runId }, async () => {
      const withResult = claim && { ...claim, result };
      decided = await this.approvals.decide(
        { ownerId, runId, approvalId, decision, always },
        this.lease,
        withResult,
      );
      return decided.run;
    });
    const { outcome, run } = decided! as Decided;
    if (outcome === 'unknown') throw notFound('Approval not found');
    if (outcome === 'not-waiting')
      throw new ParleyError(
        'conflict',
        'approval-not-waiting',
        'This call is not waiting for approval any more',
      );
    if (run) await this.resumeAnswer(before, run);
    return result;
  }

  private async resumeAnswer(before: StoredRun, run: NonNullable<Decided['run']>): Promise<void> {
    const stored = storedSnapshot(before);
    const snapshot = { ...stored, end: null };
    const events = await this.log.readAll(run.runId).catch(() => []);
    const isWhole = events.length === snapshot.offset && events.at(-1)?.offset === snapshot.offset;
    const sources = (snapshot.sources ?? []) as Source[];
    this.producer.resume(
      { ...run, resumed: { ...run.resumed, sources } },
      { snapshot, events: isWhole ? events : replayStored(before, snapshot, 0) },
    );
  }

  private async find(ownerId: string, runId: string): Promise<StoredRun> {
    const run = isUuid(runId) ? await this.runs.find(ownerId, runId) : null;
    if (!run) throw notFound(RUN_NOT_FOUND);
    return run;
  }
}

import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AgentsModule } from '../agents/agents.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AdmissionGuard } from './admission/admission.guard.js';
import { ApprovalsService } from './approvals/approvals.service.js';
import { BusyConversations } from './approvals/busy-conversations.js';
import { BranchesService } from './branches/branches.service.js';
import { Compaction } from './compaction/compaction.js';
import { CompactionService } from './compaction/compaction.service.js';
import { DeletedRunListener } from './deleted-run-listener.js';
import { LiveRuns } from './live-runs.js';
import { ProcessLease } from './recovery/process-lease.js';
import { RunAdmission } from './admission/run-admission.js';
import { RunCheckpoints } from './run-checkpoints.js';
import { RunHistories } from './run-history.js';
import { RunFinisher } from './run-finisher.js';
import { RunFollower } from './run-follower.js';
import { RunLease } from './recovery/run-lease.js';
import { RunLog } from './run-log.js';
import { RunProducer } from './run-producer.js';
import { RunRecovery } from './recovery/run-recovery.js';
import { RunService } from './run.service.js';
import { UnconfirmedStarts } from './recovery/unconfirmed-starts.js';

/** The run engine: start, produce, log, follow, finish, lease, recover. Independent of wire formats. */
@Module({
  imports: [AgentsModule, BudgetsModule, IdempotencyModule, LimitsModule, SessionsModule],
  providers: [
    { provide: APP_GUARD, useClass: AdmissionGuard },
    RunService,
    ApprovalsService,
    BusyConversations,
    BranchesService,
    RunProducer,
    RunFinisher,
    RunHistories,
    Compaction,
    CompactionService,
    RunFollower,
    LiveRuns,
    RunLog,
    RunCheckpoints,
    RunLease,
    RunRecovery,
    ProcessLease,
    UnconfirmedStarts,
    RunAdmission,
    DeletedRunListener,
  ],
  exports: [ApprovalsService, BranchesService, CompactionService, RunService, RunProducer],
})
export class RunsModule {}

import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { AdvisoryLocks } from './advisory-locks.js';
import { openDatabase } from './data-source.js';
import { DatabaseStart } from './database-start.js';
import { AgentsRepository } from './repositories/agents/agents.repository.js';
import { ApiKeysRepository } from './repositories/api-keys.repository.js';
import { AttachmentsRepository } from './repositories/documents/attachments.repository.js';
import { AuditEventsRepository } from './repositories/audit-events.repository.js';
import { BudgetLedgerRepository } from './repositories/budgets/budget-ledger.repository.js';
import { BudgetsRepository } from './repositories/budgets/budgets.repository.js';
import { ChunksRepository } from './repositories/documents/chunks.repository.js';
import { SummariesRepository } from './repositories/tree/summaries.repository.js';
import { MemoriesRepository } from './repositories/accounts/memories.repository.js';
import { SchedulesRepository } from './repositories/accounts/schedules.repository.js';
import { PicturesRepository } from './repositories/documents/pictures.repository.js';
import { CitedDocumentsRepository } from './repositories/documents/cited-documents.repository.js';
import { ConversationsRepository } from './repositories/conversations.repository.js';
import { DocumentTermsRepository } from './repositories/documents/document-terms.repository.js';
import { EmbeddingCacheRepository } from './repositories/documents/embedding-cache.repository.js';
import { ErasuresRepository } from './repositories/accounts/erasures.repository.js';
import { EmbeddingIndexesRepository } from './repositories/documents/embedding-indexes.repository.js';
import { EvalRunsRepository } from './repositories/evaluations/eval-runs.repository.js';
import { EvalSetsRepository } from './repositories/evaluations/eval-sets.repository.js';
import { FeedbackRepository } from './repositories/feedback.repository.js';
import { FirstAdminRepository } from './repositories/accounts/first-admin.repository.js';
import { FilmsRepository } from './repositories/films.repository.js';
import { IdentitiesRepository } from './repositories/identities.repository.js';
import { IdempotencyRepository } from './repositories/idempotency.repository.js';
import { IndexedDocumentsRepository } from './repositories/documents/indexed-documents.repository.js';
import { IndexingRepository } from './repositories/documents/indexing.repository.js';
import { MessagesRepository } from './repositories/messages.repository.js';
import { PersonalDataRepository } from './repositories/personal-data.repository.js';
import { RefreshTokensRepository } from './repositories/refresh-tokens.repository.js';
import { RetentionRepository } from './repositories/retention.repository.js';
import { RunBranchesRepository } from './repositories/runs/run-branches.repository.js';
import { ApprovalsRepository } from './repositories/runs/approvals.repository.js';
import { RunLeasesRepository } from './repositories/runs/run-leases.repository.js';
import { RunningRowsRepository } from './repositories/running-rows.repository.js';
import { RunsInProgressRepository } from './repositories/runs/runs-in-progress.repository.js';
import { RunsRepository } from './repositories/runs/runs.repository.js';
import { SharesRepository } from './repositories/shares.repository.js';
import { SyncedDocumentsRepository } from './repositories/documents/synced-documents.repository.js';
import { MessageIndexRepository } from './repositories/search/message-index.repository.js';
import { ConversationSearchRepository } from './repositories/search/conversation-search.repository.js';
import { MessageSearchRepository } from './repositories/search/message-search.repository.js';
import { ForksRepository } from './repositories/tree/forks.repository.js';
import { MessageTreeRepository } from './repositories/tree/message-tree.repository.js';
import { OutsideMessagesRepository } from './repositories/tree/outside-messages.repository.js';
import { TrainingMaterialsRepository } from './repositories/documents/training-materials.repository.js';
import { UploadsRepository } from './repositories/documents/uploads.repository.js';
import { UsageRepository } from './repositories/usage.repository.js';
import { UsersRepository } from './repositories/users.repository.js';
import { WebhookDeliveriesRepository } from './repositories/webhooks/webhook-deliveries.repository.js';
import { WebhookEndpointsRepository } from './repositories/webhooks/webhook-endpoints.repository.js';
import { VectorPointsRepository } from './repositories/documents/vector-points.repository.js';

const repositories = [
  AdvisoryLocks,
  AgentsRepository,
  ApiKeysRepository,
  AuditEventsRepository,
  BudgetLedgerRepository,
  BudgetsRepository,
  ChunksRepository,
  PicturesRepository,
  MemoriesRepository,
  SchedulesRepository,
  SummariesRepository,
  CitedDocumentsRepository,
  AttachmentsRepository,
  ConversationsRepository,
  DocumentTermsRepository,
  EmbeddingCacheRepository,
  EmbeddingIndexesRepository,
  ErasuresRepository,
  EvalRunsRepository,
  EvalSetsRepository,
  FeedbackRepository,
  FilmsRepository,
  FirstAdminRepository,
  ForksRepository,
  IdempotencyRepository,
  IdentitiesRepository,
  IndexedDocumentsRepository,
  IndexingRepository,
  MessageIndexRepository,
  ConversationSearchRepository,
  MessageSearchRepository,
  MessagesRepository,
  MessageTreeRepository,
  OutsideMessagesRepository,
  PersonalDataRepository,
  RefreshTokensRepository,
  RetentionRepository,
  RunningRowsRepository,
  RunBranchesRepository,
  ApprovalsRepository,
  RunLeasesRepository,
  RunsInProgressRepository,
  RunsRepository,
  SharesRepository,
  SyncedDocumentsRepository,
  TrainingMaterialsRepository,
  UploadsRepository,
  UsageRepository,
  UsersRepository,
  VectorPointsRepository,
  WebhookDeliveriesRepository,
  WebhookEndpointsRepository,
];

/** PostgreSQL: the connection pool and the only code that contains SQL. */
@Global()
@Module({
  providers: [
    {
      provide: DatabaseStart,
      inject: [Config],
      useFactory: ({ env, embedded }: Config) =>
        new DatabaseStart({
          waitSeconds: env.START_WAIT_SECONDS,
          name: embedded.postgres ? 'The embedded PostgreSQL' : 'DATABASE_URL',
        }),
    },
    {
      provide: DataSource,
      inject: [Config, DatabaseStart],
      useFactory: ({ env }: Config, start: DatabaseStart) =>
        openDatabase({ url: env.DATABASE_URL ?? '', pool: env.DATABASE_POOL }, start),
    },
    ...repositories,
  ],
  exports: [DataSource, DatabaseStart, ...repositories],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly source: DataSource) {}

  async onApplicationShutdown(): Promise<void> {
    await this.source.destroy();
  }
}

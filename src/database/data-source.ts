import type { ClientBase } from 'pg';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { SettingError } from '../config/env.js';
import { DatabaseStart } from './database-start.js';
import { AgentRow, AgentVersion } from './entities/agents/agent.entity.js';
import { ApiKey } from './entities/accounts/api-key.entity.js';
import { Attachment } from './entities/attachment.entity.js';
import { AuditEvent } from './entities/accounts/audit-event.entity.js';
import { Budget, BudgetReservation, BudgetWindow } from './entities/operations/budget.entity.js';
import { CatalogueState } from './entities/catalogue-state.entity.js';
import { CachedEmbedding, Chunk, DiscardedAttachment } from './entities/chunk.entity.js';
import { Conversation } from './entities/conversation.entity.js';
import { DocumentTerms } from './entities/document-terms.entity.js';
import { EmbeddingIndex, IndexedDocument } from './entities/embedding-index.entity.js';
import { Erasure } from './entities/erasure.entity.js';
import { EvalCase, EvalResult, EvalRun, EvalSet } from './entities/operations/evaluation.entity.js';
import { ExternalIdentity } from './entities/accounts/external-identity.entity.js';
import { FilmRow } from './entities/film.entity.js';
import { FirstAdminCode } from './entities/accounts/first-admin-code.entity.js';
import { IdempotencyKey } from './entities/idempotency-key.entity.js';
import { ConversationSummaryRow } from './entities/conversations/conversation-summary.entity.js';
import { Memory } from './entities/accounts/memory.entity.js';
import { Schedule } from './entities/accounts/schedule.entity.js';
import { MessageFeedback } from './entities/message-feedback.entity.js';
import { ConversationSearch, MessageSearch } from './entities/message-search.entity.js';
import { Message } from './entities/message.entity.js';
import { RefreshToken } from './entities/refresh-token.entity.js';
import { Run } from './entities/run.entity.js';
import { RunningRow } from './entities/running-row.entity.js';
import { Share } from './entities/share.entity.js';
import { TrainingMaterials } from './entities/training-materials.entity.js';
import { Usage } from './entities/usage.entity.js';
import { OutboxEvent, WebhookDelivery, WebhookEndpoint } from './entities/operations/webhook.entity.js';
import { User } from './entities/user.entity.js';
import { VectorDocument, VectorPoint, VectorState } from './entities/vector-point.entity.js';
import { timeQueries } from './time-queries.js';
import { refuseTransactionPooler } from './transaction-pooler.js';

/** Deadline in ms for a connection or a statement; a refusal reaches the client within 3 s. */
const DEADLINE_MS = 2_800;
/** Advisory lock key for migrations; an arbitrary constant. */
const MIGRATION_LOCK = 7_275_395;

export interface DatabaseOptions {
  url: string;
  /** Connections in the pool. */
  pool?: number;
  /** Statement timeout in ms; 0 for none. */
  deadline?: number;
}

const entities = [
  User,
  AgentRow,
  AgentVersion,
  ApiKey,
  AuditEvent,
  ExternalIdentity,
  FirstAdminCode,
  RefreshToken,
  Conversation,
  Message,
  MessageSearch,
  ConversationSummaryRow,
  Memory,
  Schedule,
  MessageFeedback,
  Usage,
  Budget,
  BudgetWindow,
  BudgetReservation,
  WebhookEndpoint,
  OutboxEvent,
  WebhookDelivery,
  EvalSet,
  EvalCase,
  EvalRun,
  EvalResult,
  Share,
  ConversationSearch,
  Run,
  IdempotencyKey,
  Attachment,
  Chunk,
  CachedEmbedding,
  DiscardedAttachment,
  DocumentTerms,
  EmbeddingIndex,
  IndexedDocument,
  RunningRow,
  Erasure,
  FilmRow,
  CatalogueState,
  VectorState,
  VectorDocument,
  VectorPoint,
  TrainingMaterials,
];

/** Names of all tables except the record of migrations. */
export const tableNames = (): string[] =>
  getMetadataArgsStorage()
    .tables.filter(({ target }) => (entities as unknown[]).includes(target))
    .map(({ name }) => name!);

/** Creates an unconnected data source. */
export const createDataSource = ({ url, pool = 10, deadline = DEADLINE_MS }: DatabaseOptions) =>
  new DataSource({
    type: 'postgres',
    url,
    poolSize: pool,
    entities,
    migrations,
    migrationsTransactionMode: 'each',
    applicationName: 'parley',
    connectTimeoutMS: DEADLINE_MS,
    extra: {
      onConnect: (client: ClientBase) => {
        // Between the listeners of the pool and of a borrower a lost connection would end the process; the next query fails.
        client.on('error', () => undefined);
        timeQueries(client);
        // Set after connecting: PgBouncer rejects it as a connection parameter.
        return client.query(`SET statement_timeout = ${deadline}`);
      },
      query_timeout: deadline,
      keepAlive: true,
    },
  });

/**
 * Waits for the server, runs migrations, then connects. Processes that start at the same time migrate once.
 * @throws SettingError when the database is unreachable or unusable
 */
export async function openDatabase(
  options: DatabaseOptions,
  start = new DatabaseStart(),
): Promise<DataSource> {
  const { url } = options;
  try {
    return await start.run(async () => {
      await refuseTransactionPooler(url);
      await migrate(url);
      return createDataSource(options).initialize();
    });
  } catch (error) {
    throw error instanceof SettingError ? error : start.refusal(error);
  }
}

/** Uses separate connections without a deadline, as a migration may take longer than a request. */
async function migrate(url: string): Promise<void> {
  const source = await createDataSource({ url, pool: 2, deadline: 0 }).initialize();
  try {
    const lock = source.createQueryRunner();
    // $1 the key
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations();
    // Ending the connection releases the lock.
  } finally {
    await source.destroy();
  }
}

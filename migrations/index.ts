import { Foundation1795200000000 } from './1795200000000-foundation.js';
import { Films1795200000001 } from './1795200000001-films.js';
import { Documents1795200000002 } from './1795200000002-documents.js';
import { VectorPoints1795200000003 } from './1795200000003-vector-points.js';
import { DurableRuns1795200000004 } from './1795200000004-durable-runs.js';
import { TrainingMaterials1795200000005 } from './1795200000005-training-materials.js';
import { IdempotencyResults1795200000006 } from './1795200000006-idempotency-results.js';
import { FinishReasons1795200000300 } from './1795200000300-finish-reasons.js';
import { TokenEpoch1795200000410 } from './1795200000410-token-epoch.js';
import { ApiKeys1795200000411 } from './1795200000411-api-keys.js';
import { AuditEvents1795200000412 } from './1795200000412-audit-events.js';
import { ExternalIdentities1795200000413 } from './1795200000413-external-identities.js';
import { AttachmentWarnings1795200000500 } from './1795200000500-attachment-warnings.js';
import { ConversationMetadata1795200000510 } from './1795200000510-conversation-metadata.js';
import { DocumentTerms1795200000600 } from './1795200000600-document-terms.js';
import { Erasures1795200000610 } from './1795200000610-erasures.js';
import { FilmDetails1795200000800 } from './1795200000800-film-details.js';
import { MessageTree1795200001710 } from './1795200001710-message-tree.js';
import { MessageSearch1795200002710 } from './1795200002710-message-search.js';
import { UsageAndFeedback1795200003710 } from './1795200003710-usage-and-feedback.js';
import { Shares1795200004710 } from './1795200004710-shares.js';
import { AuditRetention1795200005140 } from './1795200005140-audit-retention.js';
import { FirstAdminCode1795200006160 } from './1795200006160-first-admin-code.js';
import { UsageAt1795200006161 } from './1795200006161-usage-at.js';
import { Budgets1795200006181 } from './1795200006181-budgets.js';
import { Webhooks1795200006182 } from './1795200006182-webhooks.js';
import { EmbeddingIndexes1795200006200 } from './1795200006200-embedding-indexes.js';
import { Approvals1795200017020 } from './1795200017020-approvals.js';
import { ConversationNumbers1795200018010 } from './1795200018010-conversation-numbers.js';
import { Evaluations1795200019010 } from './1795200019010-evaluations.js';
import { Agents1795200019020 } from './1795200019020-agents.js';
import { ConversationSummaries1795200019050 } from './1795200019050-conversation-summaries.js';
import { MessagesOfOneself1795200019060 } from './1795200019060-messages-of-oneself.js';
import { Memories1795200019070 } from './1795200019070-memories.js';
import { Schedules1795200019080 } from './1795200019080-schedules.js';
import { MessageToolCalls1795200019090 } from './1795200019090-message-tool-calls.js';

/** Every migration, oldest first. Never reorder or edit one that has been released. */
export const migrations = [
  Foundation1795200000000,
  Films1795200000001,
  Documents1795200000002,
  VectorPoints1795200000003,
  DurableRuns1795200000004,
  TrainingMaterials1795200000005,
  IdempotencyResults1795200000006,
  FinishReasons1795200000300,
  TokenEpoch1795200000410,
  ApiKeys1795200000411,
  AuditEvents1795200000412,
  ExternalIdentities1795200000413,
  AttachmentWarnings1795200000500,
  ConversationMetadata1795200000510,
  DocumentTerms1795200000600,
  Erasures1795200000610,
  FilmDetails1795200000800,
  MessageTree1795200001710,
  MessageSearch1795200002710,
  UsageAndFeedback1795200003710,
  Shares1795200004710,
  AuditRetention1795200005140,
  FirstAdminCode1795200006160,
  UsageAt1795200006161,
  Budgets1795200006181,
  Webhooks1795200006182,
  EmbeddingIndexes1795200006200,
  Approvals1795200017020,
  ConversationNumbers1795200018010,
  Evaluations1795200019010,
  Agents1795200019020,
  ConversationSummaries1795200019050,
  MessagesOfOneself1795200019060,
  Memories1795200019070,
  Schedules1795200019080,
  MessageToolCalls1795200019090,
];

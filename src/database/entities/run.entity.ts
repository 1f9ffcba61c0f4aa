import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Json, JsonObject } from '../../common/json.js';
import type { MessageToolCall } from './tool-calls/message-tool-call.js';
import { Conversation } from './conversation.entity.js';

export type RunStatus =
  'queued' | 'streaming' | 'waiting' | 'complete' | 'interrupted' | 'cancelled' | 'failed';

/** Why a model stopped before its answer was whole. */
export type FinishReason = 'length' | 'content_filter';

/** Tokens of a run's requests to models. */
export interface RunUsage {
  inputTokens: number;
  outputTokens: number;
  cachedTokens?: number;
  reasoningTokens?: number;
  estimated: boolean;
}

/** Request options of a run, without its message. */
export interface RunRequest {
  context?: Json;
  documents?: { topK?: number; attachmentIds?: readonly string[] };
  instructions?: string;
  history?: readonly { role: 'user' | 'assistant'; content: string }[];
  generation?: object;
}

/** The message of a queued run, which is added to the conversation when the run begins. */
export interface QueuedMessage {
  text: string;
  /** New agent of the conversation, if it changes. */
  agent?: string;
}

/** A call of a tool that needs approval. */
export interface PendingApproval {
  id: string;
  callId: string;
  tool: string;
  input: JsonObject;
  /** JSON Schema of the input. */
  schema?: JsonObject;
  /** Once it was decided, while others are not. */
  decided?: { decision: 'approve' | 'reject' | 'edit'; input?: JsonObject; note?: string };
}

/** The pending approvals of a suspended run, and its agent's state for resuming. */
export interface PendingRun {
  approvals: PendingApproval[];
  resume: JsonObject;
  /** Calls of tools so far. */
  toolCalls?: readonly MessageToolCall[];
  /** Ids of decided approvals; the only field after the run was resumed. */
  past?: string[];
}

/** One answer to a user message. At most one run per conversation is streaming or waiting. */
@Entity('runs')
@Index('runs_one_active', ['conversationRowId'], {
  unique: true,
  where: "status IN ('streaming', 'waiting')",
})
@Index('runs_lease', ['leaseUntil'], { where: "status IN ('streaming', 'waiting')" })
@Index('runs_queued', ['conversationRowId', 'createdAt'], { where: "status = 'queued'" })
export class Run {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('runs_conversation_id')
  @Column('uuid', { name: 'conversation_id' })
  conversationRowId!: string;

  @ManyToOne(() => Conversation, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'runs_conversation' })
  conversation?: Conversation;

  @Column('text')
  status!: RunStatus;

  /** The process that owns the run; no other may write its reply. */
  @Column('uuid', { nullable: true })
  producer!: string | null;

  /**
   * Lease expiry, renewed by heartbeats; afterwards the run is orphaned. For a suspended run, the deadline of its
   * approval.
   */
  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil!: Date;

  /** Position of its user message; the reply has the next one. Null while the run is queued. */
  @Column('integer', { nullable: true })
  position!: number | null;

  /** The API key that it was started with; null for a log-in. */
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column('jsonb', { nullable: true })
  request!: RunRequest | null;

  /** Set while the run is queued, and kept afterwards. */
  @Column('jsonb', { name: 'queued_message', nullable: true })
  queuedMessage!: QueuedMessage | null;

  /** The format of this run's stream for the client that started it; opaque to all but surfaces. */
  @Column('jsonb', { nullable: true })
  wire!: JsonObject | null;

  /** The partial reply, during the run and for an incomplete one. */
  @Column('text', { default: '' })
  partial!: string;

  /** Offset of the last event that the row includes. */
  @Column('integer', { name: 'last_offset', default: 0 })
  lastOffset!: number;

  @Column('jsonb', { nullable: true })
  sources!: JsonObject[] | null;

  /** The agent's state after this run, as far as it was reported. */
  @Column('jsonb', { nullable: true })
  state!: JsonObject | null;

  /** The conversation's state before an incomplete run, for continuing it. */
  @Column('jsonb', { name: 'state_before', nullable: true })
  stateBefore!: JsonObject | null;

  /** Code of the failure of a run that was not completed. */
  @Column('text', { nullable: true })
  error!: string | null;

  /** The failure in words. */
  @Column('text', { name: 'error_message', nullable: true })
  errorMessage!: string | null;

  /** Null when the answer is whole, or was not ended by the model. */
  @Column('text', { name: 'finish_reason', nullable: true })
  finishReason!: FinishReason | null;

  /** Id of the agent that answered; null until the run has ended. */
  @Column('text', { nullable: true })
  agent!: string | null;

  /** The agent's version, if it was created by an admin. */
  @Column('integer', { name: 'agent_version', nullable: true })
  agentVersion!: number | null;

  /** Null when no model was called. */
  @Column('jsonb', { nullable: true })
  usage!: RunUsage | null;

  /** Set for a suspended run, and kept after it was resumed. */
  @Column('jsonb', { nullable: true })
  pending!: PendingRun | null;

  /** A stop was requested but not yet read by the producer. */
  @Column('boolean', { name: 'stop_requested', default: false })
  stopRequested!: boolean;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}

import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Json, JsonObject } from '../../common/json.js';
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

/** Parameters of a run beside its message. */
export interface RunRequest {
  context?: Json;
  documents?: { topK?: number; attachmentIds?: readonly string[] };
  instructions?: string;
  history?: readonly { role: 'user' | 'assistant'; content: string }[];
  generation?: object;
}

/** What a run that waits for its turn will bring into the conversation. */
export interface QueuedMessage {
  text: string;
  /** Who answers from then on, when that changes. */
  agent?: string;
}

/** A call of a tool that a person must agree to. */
export interface PendingApproval {
  id: string;
  callId: string;
  tool: string;
  input: JsonObject;
  /** Once it was decided, while others are not. */
  decided?: { decision: 'approve' | 'reject' | 'edit'; input?: JsonObject; note?: string };
}

/** What a run waits for, and what its agent needs to go on. */
export interface PendingRun {
  approvals: PendingApproval[];
  resume: JsonObject;
  /** Ids of those before; all that is left when the run waits no more. */
  past?: string[];
}

/** One user message answered once. At most one run of a conversation is streaming or waiting at a time. */
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

  /** The process that holds the run; no other may write its reply. */
  @Column('uuid', { nullable: true })
  producer!: string | null;

  /** Pushed forward by the producer; once past, the run is orphaned. Of a run that waits for a person: until when. */
  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil!: Date;

  /** Of the message that is answered; the reply comes right after it. Null while the run waits. */
  @Column('integer', { nullable: true })
  position!: number | null;

  /** The API key that it was started with; null for a log-in. */
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column('jsonb', { nullable: true })
  request!: RunRequest | null;

  /** Of a run that waits, or did so. */
  @Column('jsonb', { name: 'queued_message', nullable: true })
  queuedMessage!: QueuedMessage | null;

  /** The format of this run's stream for the client that started it; opaque to all but surfaces. */
  @Column('jsonb', { nullable: true })
  wire!: JsonObject | null;

  /** The reply so far, while it is written and when it was never completed. */
  @Column('text', { default: '' })
  partial!: string;

  /** Offset of the last event that the row includes. */
  @Column('integer', { name: 'last_offset', default: 0 })
  lastOffset!: number;

  @Column('jsonb', { nullable: true })
  sources!: JsonObject[] | null;

  /** The agent's state after this run, as far as it came. */
  @Column('jsonb', { nullable: true })
  state!: JsonObject | null;

  /** The conversation's state before a run that was not completed, to take it up again from. */
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

  /** Null when no model was called. */
  @Column('jsonb', { nullable: true })
  usage!: RunUsage | null;

  /** Of a run that waits for a person, or did so. */
  @Column('jsonb', { nullable: true })
  pending!: PendingRun | null;

  /** A stop was requested; its producer has not read it yet. */
  @Column('boolean', { name: 'stop_requested', default: false })
  stopRequested!: boolean;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}

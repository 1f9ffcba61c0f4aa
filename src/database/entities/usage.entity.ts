import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RunStatus } from './run.entity.js';

/** Usage of a finished run. The row outlives the conversation, and is anonymised with the account. */
@Entity('usage')
@Index('usage_at', ['at'])
@Index('usage_user_at', ['userId', 'at'])
export class Usage {
  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'usage_pkey' })
  runId!: string;

  /** Null after the account is deleted, like the key; set by a trigger. */
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  /** The API key that the run was started with; null for a log-in. */
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column('text')
  agent!: string;

  /** Null when no model was called. */
  @Column('text', { nullable: true })
  model!: string | null;

  /** Final status of the run. */
  @Column('text')
  status!: Exclude<RunStatus, 'queued' | 'streaming' | 'waiting'>;

  @Column('integer', { name: 'input_tokens' })
  inputTokens!: number;

  @Column('integer', { name: 'output_tokens' })
  outputTokens!: number;

  @Column('integer', { name: 'cached_tokens' })
  cachedTokens!: number;

  @Column('integer', { name: 'reasoning_tokens' })
  reasoningTokens!: number;

  /** Whether a server sent no numbers, so that they were counted from the characters. */
  @Column('boolean')
  estimated!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  at!: Date;
}

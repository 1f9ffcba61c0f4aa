import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Conversation } from './conversation.entity.js';

export type RunStatus = 'queued' | 'streaming' | 'complete' | 'interrupted' | 'cancelled' | 'failed';

/** One user message answered once. At most one run of a conversation is streaming at a time. */
@Entity('runs')
@Index('runs_one_streaming', ['conversationId'], { unique: true, where: "status = 'streaming'" })
@Index('runs_lease', ['leaseUntil'], { where: "status = 'streaming'" })
export class Run {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('runs_conversation_id')
  @Column('uuid', { name: 'conversation_id' })
  conversationId!: string;

  @ManyToOne(() => Conversation, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'runs_conversation' })
  conversation?: Conversation;

  @Column('text')
  status!: RunStatus;

  /** Pushed forward by the process that produces the run; once past, the run is orphaned. */
  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil!: Date;

  /** Code of the failure of a failed run. */
  @Column('text', { nullable: true })
  error!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}

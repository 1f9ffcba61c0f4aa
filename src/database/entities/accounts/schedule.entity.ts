import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../user.entity.js';

/** A message that is sent for its owner at the times of a cron expression. */
@Entity('schedules')
@Index('schedules_user_id', ['userId', 'id'])
export class Schedule {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'schedules_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'schedules_user' })
  user?: User;

  @Column('text')
  name!: string;

  /** Five fields. */
  @Column('text')
  cron!: string;

  /** IANA name. */
  @Column('text', { name: 'time_zone' })
  timeZone!: string;

  @Column('text')
  agent!: string;

  @Column('text')
  message!: string;

  /** Client-visible id of the conversation, which the first run creates. */
  @Column('text', { name: 'conversation_id' })
  conversationId!: string;

  @Column('boolean', { name: 'is_enabled' })
  isEnabled!: boolean;

  /** Null while it is disabled. In the past, while a run is due. Milliseconds, as a `Date` has them. */
  @Index('schedules_next_at', { where: 'next_at IS NOT NULL' })
  @Column({ type: 'timestamptz', name: 'next_at', precision: 3, nullable: true })
  nextAt!: Date | null;

  /** Until when the process that starts the due run has it for itself. */
  @Column('timestamptz', { name: 'claimed_until', nullable: true })
  claimedUntil!: Date | null;

  /** The time that was run, or skipped, last. */
  @Column({ type: 'timestamptz', name: 'last_at', precision: 3, nullable: true })
  lastAt!: Date | null;

  /** Null when no run was started at `lastAt`. */
  @Column('uuid', { name: 'last_run_id', nullable: true })
  lastRunId!: string | null;

  /** Why no run was started at `lastAt`; null when one was. */
  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

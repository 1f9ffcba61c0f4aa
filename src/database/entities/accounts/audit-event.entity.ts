import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

export type AuditOutcome = 'ok' | 'refused' | 'failed';

/**
 * A security-relevant action. Append-only: a trigger refuses everything but the end of its retention and the erasure of an
 * account.
 */
@Entity('audit_events')
@Index('audit_events_actor', ['actorId', 'id'])
@Index('audit_events_subject', ['subjectId'])
export class AuditEvent {
  /** A UUID of version 7: events are listed in its order. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_events_pkey' })
  id!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  at!: Date;

  /** The operation's name in the OpenAPI document. */
  @Column('text')
  action!: string;

  @Column('text')
  outcome!: AuditOutcome;

  /** The acting account; null for a sign-in to an unknown one. */
  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  /** `log-in`, or the id of an API key. */
  @Column('text', { nullable: true })
  credential!: string | null;

  /** UUID of the subject, if it has one. */
  @Column('uuid', { name: 'subject_id', nullable: true })
  subjectId!: string | null;

  /** Name of the subject where an admin has chosen it, as of an agent. */
  @Column('text', { name: 'subject_name', nullable: true })
  subjectName!: string | null;

  /** The client's IP address. */
  @Column('text', { nullable: true })
  address!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;
}

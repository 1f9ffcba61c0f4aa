import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../../common/json.js';

/** Event types of webhooks. */
export const EVENT_TYPES = [
  'run.completed',
  'run.failed',
  'run.waiting',
  'attachment.indexed',
  'attachment.failed',
  'budget.reached',
  'eval.completed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A webhook endpoint. */
@Entity('webhook_endpoints')
export class WebhookEndpoint {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_endpoints_pkey' })
  id!: string;

  @Column('text')
  url!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text', { array: true })
  types!: EventType[];

  /** Whether the text of an answer is sent with its run. */
  @Column('boolean', { name: 'include_content', default: false })
  includeContent!: boolean;

  /** `whsec_` and base64. */
  @Column('text')
  secret!: string;

  /** The previous secret, which also signs until `old_secret_until`. */
  @Column('text', { name: 'old_secret', nullable: true })
  oldSecret!: string | null;

  @Column('timestamptz', { name: 'old_secret_until', nullable: true })
  oldSecretUntil!: Date | null;

  /** Null while events are sent to it. */
  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

/** Transactional outbox of events, written while any endpoint exists. */
@Entity('outbox')
@Index('outbox_undispatched', ['at'], { where: 'dispatched_at IS NULL' })
export class OutboxEvent {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'outbox_pkey' })
  id!: string;

  @Column('text')
  type!: EventType;

  /** Whom it concerns; a trigger deletes it with the account. */
  @Index('outbox_user_id')
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  /** Ids and states, no texts. */
  @Column('jsonb')
  payload!: JsonObject;

  @Column('timestamptz', { default: () => 'now()' })
  at!: Date;

  /** Null until deliveries are created for each endpoint. */
  @Column('timestamptz', { name: 'dispatched_at', nullable: true })
  dispatchedAt!: Date | null;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** A delivery of an event to an endpoint. */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_once', ['eventId', 'endpointId'], { unique: true })
@Index('webhook_deliveries_due', ['nextAt'], { where: "status = 'pending'" })
@Index('webhook_deliveries_latest', ['endpointId', 'createdAt'])
export class WebhookDelivery {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  id!: string;

  @Column('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  @ManyToOne(() => WebhookEndpoint, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'endpoint_id', foreignKeyConstraintName: 'webhook_deliveries_endpoint' })
  endpoint?: WebhookEndpoint;

  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  @ManyToOne(() => OutboxEvent, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'event_id', foreignKeyConstraintName: 'webhook_deliveries_event' })
  event?: OutboxEvent;

  @Column('text', { default: 'pending' })
  status!: DeliveryStatus;

  @Column('integer', { default: 0 })
  attempts!: number;

  /** Time of the next attempt; during an attempt, the expiry of its lease. */
  @Column('timestamptz', { name: 'next_at', default: () => 'now()' })
  nextAt!: Date;

  /** Result of the last attempt, like the four columns below. */
  @Column('integer', { name: 'http_status', nullable: true })
  httpStatus!: number | null;

  @Column('integer', { nullable: true })
  ms!: number | null;

  /** The beginning of the response's body. */
  @Column('text', { name: 'response_head', nullable: true })
  responseHead!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}

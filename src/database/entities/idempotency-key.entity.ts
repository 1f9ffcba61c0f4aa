import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import { User } from './user.entity.js';

/** An idempotency key of a request, with its result. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'idempotency_keys_user' })
  user?: User;

  /** Method and path pattern, such as `POST /chat`. */
  @PrimaryColumn('text')
  route!: string;

  /** Chosen by the client. */
  @PrimaryColumn('text')
  key!: string;

  /** Fingerprint that distinguishes a retry from another request under the same key. */
  @Column('text', { name: 'body_hash' })
  bodyHash!: string;

  /** Result of the first request. */
  @Column('jsonb')
  result!: JsonObject;

  @Index('idempotency_keys_created_at')
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

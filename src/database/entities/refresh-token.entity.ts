import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/**
 * One refresh token of a family: log-in starts a family, each refresh adds its successor.
 * A token without a row is revoked.
 */
@Entity('refresh_tokens')
export class RefreshToken {
  /** The token's `jti`. */
  @PrimaryColumn('uuid')
  id!: string;

  @Index('refresh_tokens_user_id')
  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'refresh_tokens_user' })
  user?: User;

  @Index('refresh_tokens_family')
  @Column('uuid')
  family!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  /** Time of its exchange. */
  @Column('timestamptz', { name: 'spent_at', nullable: true })
  spentAt!: Date | null;

  /** The token it was exchanged for. */
  @Column('uuid', { name: 'successor_id', nullable: true })
  successorId!: string | null;
}

import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../user.entity.js';

/** Maps a subject of an OpenID issuer to its account. */
@Entity('external_identities')
export class ExternalIdentity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'external_identities_pkey' })
  issuer!: string;

  /** The `sub` of the issuer's tokens. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'external_identities_pkey' })
  subject!: string;

  @Index('external_identities_user_id')
  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'external_identities_user' })
  user?: User;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

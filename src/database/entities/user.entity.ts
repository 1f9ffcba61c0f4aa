import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** An account. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  /** As the person wrote it; compared through `emailKey`. */
  @Column('text')
  email!: string;

  /** The address in lower case. */
  @Index('users_email_key', { unique: true })
  @Column('text', { name: 'email_key' })
  emailKey!: string;

  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text', { array: true, default: () => "'{}'" })
  groups!: string[];

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  @Column('boolean', { name: 'is_superuser', default: false })
  isSuperuser!: boolean;

  @Column('boolean', { name: 'is_verified', default: false })
  isVerified!: boolean;

  /** Access tokens of another epoch are revoked. */
  @Column('integer', { name: 'token_epoch', default: 0 })
  tokenEpoch!: number;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../user.entity.js';

/** A fact about a user that the user has confirmed, for prompts of all their conversations. */
@Entity('memories')
@Index('memories_user_id', ['userId', 'id'])
export class Memory {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'memories_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'memories_user' })
  user?: User;

  @Column('text')
  content!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}

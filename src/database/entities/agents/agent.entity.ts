import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../../common/json.js';
import { User } from '../user.entity.js';

/** An agent that admins have created. A deleted one keeps its row, so that its version numbers are never used again. */
@Entity('agents')
export class AgentRow {
  /** Kebab-case, chosen by an admin; conversations and runs refer to it. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'agents_pkey' })
  id!: string;

  /** Of the current version. */
  @Column('text')
  label!: string;

  /** The current version: the newest one. */
  @Column('integer')
  version!: number;

  @Column('boolean', { name: 'is_enabled', default: true })
  isEnabled!: boolean;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'changed_at', default: () => 'clock_timestamp()' })
  changedAt!: Date;

  /** Its versions are deleted with it. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}

/** A version of an agent; never changed. */
@Entity('agent_versions')
export class AgentVersion {
  @PrimaryColumn('text', { name: 'agent_id', primaryKeyConstraintName: 'agent_versions_pkey' })
  agentId!: string;

  @ManyToOne(() => AgentRow, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'agent_versions_agent' })
  agent?: AgentRow;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'agent_versions_pkey' })
  version!: number;

  /** A persona, as in the YAML files. */
  @Column('jsonb')
  definition!: JsonObject;

  /** The version that it repeats, if it was made by a rollback. */
  @Column('integer', { name: 'restored_from', nullable: true })
  restoredFrom!: number | null;

  /** Null once the author's account is deleted. */
  @Index('agent_versions_author_id')
  @Column('uuid', { name: 'author_id', nullable: true })
  authorId!: string | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'author_id', foreignKeyConstraintName: 'agent_versions_author' })
  author?: User;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

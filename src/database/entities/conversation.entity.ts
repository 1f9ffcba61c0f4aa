import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import { User } from './user.entity.js';

/** An ordered list of messages with an owner. Clients name it by `clientId` or, on S1, by `number`. */
@Entity('conversations')
@Index('conversations_owner_client_id', ['ownerId', 'clientId'], { unique: true })
@Index('conversations_owner_number', ['ownerId', 'number'], { unique: true })
@Index('conversations_owner_latest', ['ownerId', 'lastMessageAt'])
export class Conversation {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'conversations_owner' })
  owner?: User;

  /** Chosen by the client; the same text may name other conversations of other owners. */
  @Index('conversations_client_id')
  @Column('text', { name: 'client_id' })
  clientId!: string;

  /** Counted from 1 for each owner. */
  @Column('integer')
  number!: number;

  /** Null until there is a message. */
  @Column('text', { nullable: true })
  title!: string | null;

  /** Id of the agent that answers here. */
  @Column('text')
  agent!: string;

  /** Opaque to all but the agent. */
  @Column('jsonb', { default: () => "'{}'" })
  state!: JsonObject;

  /** Messages so far; the position of the newest. */
  @Column('integer', { name: 'message_count', default: 0 })
  messageCount!: number;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_message_at', default: () => 'now()' })
  lastMessageAt!: Date;
}

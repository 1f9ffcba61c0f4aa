import {
  Column,
  CreateDateColumn,
  Entity,
  Generated,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import { User } from './user.entity.js';

/**
 * A tree of messages with an owner, of which one path is shown. Clients identify it by `clientId` or, on S1, by
 * `number`.
 */
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

  /** Client-chosen id, unique per owner. */
  @Index('conversations_client_id')
  @Column('text', { name: 'client_id' })
  clientId!: string;

  /** From a sequence, so that conversations of one owner do not wait for each other. */
  @Column('integer')
  @Generated('increment')
  number!: number;

  /** Null before the first message. */
  @Column('text', { nullable: true })
  title!: string | null;

  /** Id of the conversation's agent. */
  @Column('text')
  agent!: string;

  /** Opaque to all but the agent. */
  @Column('jsonb', { default: () => "'{}'" })
  state!: JsonObject;

  /** Tools permanently allowed by its owner in this conversation. */
  @Column('jsonb', { name: 'allowed_tools', default: () => "'[]'" })
  allowedTools!: string[];

  /** Metadata from clients; null without any. */
  @Column('jsonb', { nullable: true })
  metadata!: JsonObject | null;

  /**
   * The last message of the shown path, and parent of the next message; null before the first. While a run is
   * queued or streaming, only that run may move it.
   */
  @Column('uuid', { name: 'head_id', nullable: true })
  headId!: string | null;

  /** False while all messages are on one path, in order of position, so that readers need not walk the tree. */
  @Column('boolean', { name: 'is_branched', default: false })
  isBranched!: boolean;

  /** Messages on the path to the head; the position of the head. */
  @Column('integer', { name: 'message_count', default: 0 })
  messageCount!: number;

  /** When its owner pinned it; null if not pinned. */
  @Column('timestamptz', { name: 'pinned_at', nullable: true })
  pinnedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_message_at', default: () => 'now()' })
  lastMessageAt!: Date;
}

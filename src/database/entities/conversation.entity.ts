import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import { User } from './user.entity.js';

/** A tree of messages with an owner, of which one path is shown. Clients name it by `clientId` or, on S1, by `number`. */
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

  /** Tools that its owner has allowed here once and for all. */
  @Column('jsonb', { name: 'allowed_tools', default: () => "'[]'" })
  allowedTools!: string[];

  /** What clients attached; null when nothing was. */
  @Column('jsonb', { nullable: true })
  metadata!: JsonObject | null;

  /**
   * The newest message of the path that is shown, and that the next message goes below; null before the first. It does
   * not move while a run is queued or streaming, except by that run.
   */
  @Column('uuid', { name: 'head_id', nullable: true })
  headId!: string | null;

  /** False while all messages are on one path, in the order of their positions; then no reader has to walk the tree. */
  @Column('boolean', { name: 'is_branched', default: false })
  isBranched!: boolean;

  /** Messages on the path to the head; the position of the head. */
  @Column('integer', { name: 'message_count', default: 0 })
  messageCount!: number;

  /** Since when its owner has it pinned. */
  @Column('timestamptz', { name: 'pinned_at', nullable: true })
  pinnedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_message_at', default: () => 'now()' })
  lastMessageAt!: Date;
}

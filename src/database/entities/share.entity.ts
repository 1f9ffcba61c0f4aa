import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Conversation } from './conversation.entity.js';

/** A share link to a snapshot of a conversation: messages are immutable, so its head identifies the snapshot. */
@Entity('shares')
export class Share {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('shares_conversation_id')
  @Column('uuid', { name: 'conversation_id' })
  conversationRowId!: string;

  @ManyToOne(() => Conversation, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'shares_conversation' })
  conversation?: Conversation;

  /** The last shown message; after its branch is deleted the share is empty. */
  @Column('uuid', { name: 'head_id' })
  headId!: string;

  /** SHA-256 of the link's token, in hex. */
  @Index('shares_token_hash', { unique: true })
  @Column('text', { name: 'token_hash' })
  tokenHash!: string;

  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  /** Null without expiry. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

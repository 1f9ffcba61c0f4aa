import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Conversation } from './conversation.entity.js';

/** A link by which others read a conversation as it was: messages are never overwritten, so its head is enough. */
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

  /** The last message that is shown; nothing is once its branch is deleted. */
  @Column('uuid', { name: 'head_id' })
  headId!: string;

  /** SHA-256 of what the link ends in, in hex. */
  @Index('shares_token_hash', { unique: true })
  @Column('text', { name: 'token_hash' })
  tokenHash!: string;

  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  /** Null when it does not expire. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

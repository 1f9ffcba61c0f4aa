import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Conversation } from '../conversation.entity.js';
import { Message } from '../message.entity.js';

/**
 * Stands in prompts for the messages of a path from the first one to `lastMessageId`. These never change, so a summary
 * holds on every branch that has its last message, and is deleted with that message.
 */
@Entity('conversation_summaries')
@Index('conversation_summaries_position', ['conversationRowId', 'position'])
export class ConversationSummaryRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'conversation_summaries_pkey' })
  id!: string;

  @Column('uuid', { name: 'conversation_id' })
  conversationRowId!: string;

  @ManyToOne(() => Conversation, { onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'conversation_id',
    foreignKeyConstraintName: 'conversation_summaries_conversation',
  })
  conversation?: Conversation;

  @Column('uuid', { name: 'first_message_id' })
  firstMessageId!: string;

  @Index('conversation_summaries_last_message_id', { unique: true })
  @Column('uuid', { name: 'last_message_id' })
  lastMessageId!: string;

  @ManyToOne(() => Message, { onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'last_message_id',
    foreignKeyConstraintName: 'conversation_summaries_last_message',
  })
  lastMessage?: Message;

  /** Of the last message: the number of messages that it stands for. */
  @Column('integer')
  position!: number;

  @Column('text')
  content!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

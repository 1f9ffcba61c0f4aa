import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Conversation } from './conversation.entity.js';
import { Message } from './message.entity.js';

/**
 * Full-text index of messages, in a separate table that is filled asynchronously: statements of a turn have no
 * indexing cost, and messages, queries and snippets are tokenized in the same way.
 */
@Entity('message_search')
@Index('message_search_terms', { synchronize: false })
export class MessageSearch {
  @PrimaryColumn('uuid', { name: 'message_id', primaryKeyConstraintName: 'message_search_pkey' })
  messageId!: string;

  @OneToOne(() => Message, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'message_id', foreignKeyConstraintName: 'message_search_message' })
  message?: Message;

  @Column('uuid', { name: 'conversation_id' })
  conversationRowId!: string;

  /** Creation time of the message. */
  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** With positions; plus `@` and the owner's id, so that the index can select one account's messages. */
  @Column('tsvector')
  terms!: string;
}

/** Up to which change a conversation can be searched. */
@Entity('conversation_search')
export class ConversationSearch {
  @PrimaryColumn('uuid', {
    name: 'conversation_id',
    primaryKeyConstraintName: 'conversation_search_pkey',
  })
  conversationRowId!: string;

  @OneToOne(() => Conversation, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'conversation_search_conversation' })
  conversation?: Conversation;

  /** The `last_message_at` at which all its messages were indexed. */
  @Column('timestamptz', { name: 'indexed_at' })
  indexedAt!: Date;
}

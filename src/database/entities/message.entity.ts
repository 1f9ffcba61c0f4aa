import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../common/json.js';
import { Conversation } from './conversation.entity.js';
import type { MessageToolCall } from './tool-calls/message-tool-call.js';
import type { FinishReason } from './run.entity.js';

export type MessageRole = 'user' | 'assistant';
/** First-person words, as PostgreSQL's regular expressions. An index is on them: change both in one migration. */
export const OF_ONESELF =
  '\\m(i|my|mine|me|we|our|ich|mein\\w*|wir|je|mon|ma|mes|nous|yo|mi|mis|eu|meu|io|mio)\\M';

export type MessageStatus = 'complete' | 'partial' | 'failed';

/** One message of a conversation. The messages of a conversation are a tree, and none is ever overwritten. */
@Entity('messages')
@Index('messages_conversation_position', ['conversationRowId', 'position'])
@Index('messages_of_oneself', ['conversationRowId', 'position'], {
  where: `role = 'user' AND content ~* '${OF_ONESELF}'`,
})
export class Message {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'conversation_id' })
  conversationRowId!: string;

  @ManyToOne(() => Conversation, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'messages_conversation' })
  conversation?: Conversation;

  /**
   * Parent in the tree; null for a first message. No foreign key: its check would lock the parent in the statements
   * of every turn, and messages are deleted with their descendants.
   */
  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  /** Depth in the tree: 1 for a first message. */
  @Column('integer')
  position!: number;

  @Column('text')
  role!: MessageRole;

  @Column('text')
  content!: string;

  @Column('text', { default: 'complete' })
  status!: MessageStatus;

  @Column('jsonb', { nullable: true })
  sources!: JsonObject[] | null;

  /** Null for a reply without calls of tools, and for messages of users. */
  @Column('jsonb', { name: 'tool_calls', nullable: true })
  toolCalls!: MessageToolCall[] | null;

  /** Why a reply is not whole, when it was the model that ended it. */
  @Column('text', { name: 'finish_reason', nullable: true })
  finishReason!: FinishReason | null;

  /** The run that this message started, or that wrote it. */
  @Column('uuid', { name: 'run_id', nullable: true })
  runId!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

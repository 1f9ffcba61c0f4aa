import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Attachment } from './attachment.entity.js';
import { Conversation } from './conversation.entity.js';

/** A row of a conversation's running table: an upload, or a result of an agent. */
@Entity('running_rows')
@Index('running_rows_conversation_rowid', ['conversationRowId', 'rowid'], { unique: true })
export class RunningRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'conversation_id' })
  conversationRowId!: string;

  @ManyToOne(() => Conversation, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'running_rows_conversation' })
  conversation?: Conversation;

  /** Counted from 1 in each conversation. */
  @Column('integer')
  rowid!: number;

  /** `userinput` for uploads, otherwise the tool or agent that created it. */
  @Column('text')
  type!: string;

  @Column('text')
  description!: string;

  /** The uploaded attachment, unless it was deleted. */
  @Index('running_rows_attachment_id')
  @Column('uuid', { name: 'attachment_id', nullable: true })
  attachmentId!: string | null;

  @ManyToOne(() => Attachment, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'attachment_id', foreignKeyConstraintName: 'running_rows_attachment' })
  attachment?: Attachment | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

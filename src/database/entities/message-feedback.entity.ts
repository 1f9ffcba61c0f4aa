import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Message } from './message.entity.js';

/** Thumbs up or down. */
export type Rating = 1 | -1;

/** A rating of a reply by the owner of the conversation. */
@Entity('message_feedback')
export class MessageFeedback {
  @PrimaryColumn('uuid', { name: 'message_id', primaryKeyConstraintName: 'message_feedback_pkey' })
  messageId!: string;

  @OneToOne(() => Message, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'message_id', foreignKeyConstraintName: 'message_feedback_message' })
  message?: Message;

  @Column('smallint')
  rating!: Rating;

  @Column('text', { nullable: true })
  comment!: string | null;

  @Index('message_feedback_updated_at')
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}

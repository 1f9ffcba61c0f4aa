import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Attachment } from './attachment.entity.js';

/** The distinct terms of an attachment's passages, for correcting the spelling of questions. */
@Entity('document_terms')
@Index('document_terms_tenant_changed', ['tenant', 'changedAt'])
export class DocumentTerms {
  @PrimaryColumn('uuid', { name: 'attachment_id', primaryKeyConstraintName: 'document_terms_pkey' })
  attachmentId!: string;

  @OneToOne(() => Attachment, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'attachment_id', foreignKeyConstraintName: 'document_terms_attachment' })
  attachment?: Attachment;

  @Column('text')
  tenant!: string;

  /** Version of the rules that formed the terms, also those of its points in the vector store. */
  @Column('integer', { name: 'terms_version' })
  termsVersion!: number;

  @Column('text', { array: true })
  terms!: string[];

  @Column('timestamptz', { name: 'changed_at', default: () => 'clock_timestamp()' })
  changedAt!: Date;
}

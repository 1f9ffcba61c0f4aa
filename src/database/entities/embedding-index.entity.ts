import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Attachment } from './attachment.entity.js';

/** The index of all documents by one embedding model. One of them is active: questions are answered from it. */
@Entity('embedding_indexes')
@Index('embedding_indexes_active', ['isActive'], { unique: true, where: 'is_active' })
export class EmbeddingIndex {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'embedding_indexes_pkey' })
  model!: string;

  @Column('boolean', { name: 'is_active', default: false })
  isActive!: boolean;

  /** Whether it is the model that the settings named last. */
  @Column('boolean', { name: 'is_configured', default: false })
  isConfigured!: boolean;

  /** Since when it is to become the active one, as soon as it is complete; null when it is not. */
  @Column('timestamptz', { name: 'requested_at', nullable: true })
  requestedAt!: Date | null;

  /** Whether it is to become the active one without a check. */
  @Column('boolean', { name: 'skip_check', default: false })
  skipCheck!: boolean;

  /** When it last became the active one; null when it never was. */
  @Column('timestamptz', { name: 'activated_at', nullable: true })
  activatedAt!: Date | null;

  /** Since when it is to be deleted. */
  @Column('timestamptz', { name: 'purge_requested_at', nullable: true })
  purgeRequestedAt!: Date | null;

  /** Why documents cannot be added to it now, or why it did not become the active one: a sentence for admins. */
  @Column('text', { nullable: true })
  error!: string | null;
}

/** A document that an index has whole. */
@Entity('indexed_documents')
export class IndexedDocument {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'indexed_documents_pkey' })
  model!: string;

  @ManyToOne(() => EmbeddingIndex, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model', foreignKeyConstraintName: 'indexed_documents_model' })
  index?: EmbeddingIndex;

  @Index('indexed_documents_attachment_id')
  @PrimaryColumn('uuid', { name: 'attachment_id', primaryKeyConstraintName: 'indexed_documents_pkey' })
  attachmentId!: string;

  @ManyToOne(() => Attachment, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'attachment_id', foreignKeyConstraintName: 'indexed_documents_attachment' })
  attachment?: Attachment;

  /** That its points are of. */
  @Column('integer')
  revision!: number;
}

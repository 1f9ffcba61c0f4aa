import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Attachment } from './attachment.entity.js';

/** The index of all documents for one embedding model. One index is active: it serves the searches. */
@Entity('embedding_indexes')
@Index('embedding_indexes_active', ['isActive'], { unique: true, where: 'is_active' })
export class EmbeddingIndex {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'embedding_indexes_pkey' })
  model!: string;

  @Column('boolean', { name: 'is_active', default: false })
  isActive!: boolean;

  /** Whether it belongs to the model in the current settings. */
  @Column('boolean', { name: 'is_configured', default: false })
  isConfigured!: boolean;

  /** When its activation was requested, which happens as soon as it is complete; null if not requested. */
  @Column('timestamptz', { name: 'requested_at', nullable: true })
  requestedAt!: Date | null;

  /** Whether to activate it without the quality check. */
  @Column('boolean', { name: 'skip_check', default: false })
  skipCheck!: boolean;

  /** When it was last activated; null if never. */
  @Column('timestamptz', { name: 'activated_at', nullable: true })
  activatedAt!: Date | null;

  /** When its deletion was requested. */
  @Column('timestamptz', { name: 'purge_requested_at', nullable: true })
  purgeRequestedAt!: Date | null;

  /** Why documents cannot be added to it, or why it was not activated: a sentence for admins. */
  @Column('text', { nullable: true })
  error!: string | null;
}

/** A document that is completely in an index. */
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

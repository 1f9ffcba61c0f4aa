import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Tenant } from '../../common/tenant.js';
import { Attachment } from './attachment.entity.js';

/** A passage of an attachment; its length is limited by the embedding model. */
@Entity('chunks')
@Index('chunks_attachment_position', ['attachmentId', 'revision', 'position'], { unique: true })
export class Chunk {
  /** Made from attachment, revision and position; the id of its point in the vector store. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'attachment_id' })
  attachmentId!: string;

  @ManyToOne(() => Attachment, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'attachment_id', foreignKeyConstraintName: 'chunks_attachment' })
  attachment?: Attachment;

  @Column('integer')
  revision!: number;

  @Column('integer')
  position!: number;

  /** Start offset in the text of its attachment, in UTF-16 code units. */
  @Column('integer', { name: 'range_start' })
  start!: number;

  /** End offset, exclusive. */
  @Column('integer', { name: 'range_end' })
  end!: number;

  @Column('integer', { nullable: true })
  page!: number | null;

  /** The headings above it, as in `Leave > Parental leave`. */
  @Column('text', { nullable: true })
  heading!: string | null;

  @Column('text')
  text!: string;

  /** SHA-256 of its embedded text, in hex. */
  @Index('chunks_hash')
  @Column('text')
  hash!: string;
}

/** Cached embeddings; deleted when no chunk has the hash any more. */
@Entity('embedding_cache')
export class CachedEmbedding {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'embedding_cache_pkey' })
  model!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'embedding_cache_pkey' })
  hash!: string;

  /** 32-bit floats, little-endian. */
  @Column('bytea')
  vector!: Buffer;

  /** Sentence embeddings: concatenated int8 vectors; null if only the whole chunk is embedded. */
  @Column('bytea', { nullable: true })
  sentences!: Buffer | null;
}

/** An attachment whose row is deleted and whose blobs and vectors are still to be deleted. Written by a trigger. */
@Entity('discarded_attachments')
export class DiscardedAttachment {
  @PrimaryColumn('uuid', { name: 'attachment_id', primaryKeyConstraintName: 'discarded_attachments_pkey' })
  attachmentId!: string;

  /** Its tenant in the vector store. */
  @Column('text')
  tenant!: Tenant;

  @Column('timestamptz', { name: 'discarded_at', default: () => 'now()' })
  discardedAt!: Date;
}

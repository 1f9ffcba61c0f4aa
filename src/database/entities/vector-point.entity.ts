import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** One row. Every writer of points updates it last, so that versions become visible in order. */
@Entity('vector_state')
export class VectorState {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { default: 0 })
  version!: number;
}

/**
 * A document with points in the index of a model. After its removal the row is kept for a while, so that every
 * process reads the removal.
 */
@Entity('vector_documents')
@Index('vector_documents_tenant_version', ['model', 'tenant', 'version'])
@Index('vector_documents_removed', ['changedAt'], { where: 'points = 0' })
export class VectorDocument {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'vector_documents_pkey' })
  tenant!: string;

  @PrimaryColumn('uuid', { name: 'attachment_id', primaryKeyConstraintName: 'vector_documents_pkey' })
  attachmentId!: string;

  /** The embedding model of the index. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'vector_documents_pkey' })
  model!: string;

  /** Version of its last change. */
  @Column('integer')
  version!: number;

  /** Number of points; 0 after removal. */
  @Column('integer')
  points!: number;

  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt!: Date;
}

/** The vectors of a chunk, as bytes. */
@Entity('vector_points')
export class VectorPoint {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'vector_points_pkey' })
  tenant!: string;

  @PrimaryColumn('uuid', { name: 'attachment_id', primaryKeyConstraintName: 'vector_points_pkey' })
  attachmentId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'vector_points_pkey' })
  model!: string;

  @ManyToOne(() => VectorDocument, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'tenant',
      referencedColumnName: 'tenant',
      foreignKeyConstraintName: 'vector_points_document',
    },
    {
      name: 'attachment_id',
      referencedColumnName: 'attachmentId',
      foreignKeyConstraintName: 'vector_points_document',
    },
    {
      name: 'model',
      referencedColumnName: 'model',
      foreignKeyConstraintName: 'vector_points_document',
    },
  ])
  document?: VectorDocument;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'vector_points_pkey' })
  id!: string;

  /** Int8 per dimension; null before it is computed. */
  @Column('bytea', { nullable: true })
  dense!: Buffer | null;

  /** Hashes of words as 32-bit integers, then as many weights as 32-bit floats, little-endian. */
  @Column('bytea')
  sparse!: Buffer;
}

import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Conversation } from './conversation.entity.js';
import { User } from './user.entity.js';

/** A system attachment is seen by every user's retrieval, a user's own by theirs alone. */
export type AttachmentScope = 'user' | 'system';
export type AttachmentStatus = 'pending' | 'indexing' | 'indexed' | 'failed';

/** An uploaded or synced document. Its bytes are in the blob store, its text in chunks, its vectors in the vector store. */
@Entity('attachments')
@Index('attachments_owner_created', ['ownerId', 'createdAt'])
@Index('attachments_unfinished', ['updatedAt'], { where: "status IN ('pending', 'indexing')" })
@Index('attachments_system', ['createdAt'], { where: "scope = 'system'" })
export class Attachment {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  scope!: AttachmentScope;

  /** Null for documents of the system. */
  @Column('uuid', { name: 'owner_id', nullable: true })
  ownerId!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'attachments_owner' })
  owner?: User | null;

  /** Its conversation, if any: retrieval is limited to it, and deletion cascades. */
  @Index('attachments_conversation_id')
  @Column('uuid', { name: 'conversation_id', nullable: true })
  conversationRowId!: string | null;

  @ManyToOne(() => Conversation, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'conversation_id', foreignKeyConstraintName: 'attachments_conversation' })
  conversation?: Conversation | null;

  @Column('text')
  filename!: string;

  @Column('text', { name: 'content_type' })
  contentType!: string;

  @Column('bigint', { name: 'size_bytes', transformer: { from: Number, to: (bytes: number) => bytes } })
  sizeBytes!: number;

  /** SHA-256 of the bytes, in hex. */
  @Column('text')
  sha256!: string;

  @Column('text', { default: 'pending' })
  status!: AttachmentStatus;

  /** Why it failed, in a sentence a person understands. */
  @Column('text', { nullable: true })
  error!: string | null;

  /** Warnings for the uploader: parts that were not read or may be misread. */
  @Column('text', { array: true, default: '{}' })
  warnings!: string[];

  @Column('text', { nullable: true })
  caption!: string | null;

  /**
   * Title used as context in embedding its chunks; null before indexing, and for attachments indexed by earlier
   * versions.
   */
  @Column('text', { name: 'passage_title', nullable: true })
  passageTitle!: string | null;

  /** Revision: incremented by each re-indexing request. */
  @Column('integer', { default: 1 })
  revision!: number;

  /** Chunks of its text. */
  @Column('integer', { name: 'chunk_count', default: 0 })
  chunkCount!: number;

  /** Number of chunks with a vector. */
  @Column('integer', { name: 'chunks_embedded', default: 0 })
  chunksEmbedded!: number;

  /** Path in the training materials it was synced from. */
  @Index('attachments_source_path', { unique: true })
  @Column('text', { name: 'source_path', nullable: true })
  sourcePath!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}

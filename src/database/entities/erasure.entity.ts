import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Numbers of items deleted with an account. */
export interface ErasedCounts {
  conversations: number;
  messages: number;
  runs: number;
  running_rows: number;
  attachments: number;
  chunks: number;
}

/** An account whose rows are deleted, and whose traces elsewhere are still to be deleted. Written by a trigger. */
@Entity('erasures')
export class Erasure {
  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId!: string;

  /** Part of the names of keys in Redis. */
  @Column('text', { name: 'email_key' })
  emailKey!: string;

  @Column('uuid', { name: 'run_ids', array: true })
  runIds!: string[];

  @Column('uuid', { name: 'attachment_ids', array: true })
  attachmentIds!: string[];

  @Column('jsonb')
  counts!: ErasedCounts;

  @Column('timestamptz', { name: 'requested_at', default: () => 'now()' })
  requestedAt!: Date;
}

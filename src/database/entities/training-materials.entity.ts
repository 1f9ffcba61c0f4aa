import { Column, Entity, PrimaryColumn } from 'typeorm';

/** State of the last sync: one row, after the first sync. */
@Entity('training_materials')
export class TrainingMaterials {
  @PrimaryColumn('integer')
  id!: number;

  /** The branch, tag or commit that was requested. */
  @Column('text')
  target!: string;

  /** Commit of the last sync. */
  @Column('text')
  commit!: string;

  @Column('timestamptz', { name: 'synced_at', default: () => 'now()' })
  syncedAt!: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row, once there was a sync: what it was of. */
@Entity('training_materials')
export class TrainingMaterials {
  @PrimaryColumn('integer')
  id!: number;

  /** The branch, tag or commit that was requested. */
  @Column('text')
  target!: string;

  /** What that was then. */
  @Column('text')
  commit!: string;

  @Column('timestamptz', { name: 'synced_at', default: () => 'now()' })
  syncedAt!: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row. Whoever changes films updates it first, so writers take turns and readers see that something changed. */
@Entity('catalogue_state')
export class CatalogueState {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { default: 0 })
  revision!: number;

  /** Of the shipped film and vector files that were last loaded. */
  @Column('text', { name: 'shipped_checksum', nullable: true })
  shippedChecksum!: string | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row. Every writer of films updates it first: this serializes writers and lets readers detect changes. */
@Entity('catalogue_state')
export class CatalogueState {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { default: 0 })
  revision!: number;

  /** Checksum of the shipped film and vector files loaded last. */
  @Column('text', { name: 'shipped_checksum', nullable: true })
  shippedChecksum!: string | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row while an installation waits for its first admin. */
@Entity('first_admin_code')
export class FirstAdminCode {
  @PrimaryColumn('integer')
  id!: number;

  /** As it is printed at every start, on every replica. */
  @Column('text')
  code!: string;
}

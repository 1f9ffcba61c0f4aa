import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row while an installation has no admin. */
@Entity('first_admin_code')
export class FirstAdminCode {
  @PrimaryColumn('integer')
  id!: number;

  /** The set-up code, printed at every start on every replica. */
  @Column('text')
  code!: string;
}

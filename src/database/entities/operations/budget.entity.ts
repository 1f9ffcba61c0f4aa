import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ApiKey } from '../accounts/api-key.entity.js';
import { User } from '../user.entity.js';

/** Scope of a budget: an account, the members of a group together, an API key, or all runs. */
export const BUDGET_SUBJECTS = ['user', 'group', 'key', 'all'] as const;
export type BudgetSubject = (typeof BUDGET_SUBJECTS)[number];

export const BUDGET_UNITS = ['runs', 'tokens'] as const;
export type BudgetUnit = (typeof BUDGET_UNITS)[number];

/** Budget periods, in UTC; a week begins on Monday, `total` is never reset. */
export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** A usage limit per period. */
@Entity('budgets')
@Index('budgets_subject', ['subjectType', 'subjectId', 'unit', 'period'], { unique: true })
export class Budget {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'budgets_pkey' })
  id!: string;

  @Column('text', { name: 'subject_type' })
  subjectType!: BudgetSubject;

  /** An account's id, a group's name or a key's id; empty for `all`. */
  @Column('text', { name: 'subject_id' })
  subjectId!: string;

  /** The account's id for a budget of an account, for cascading deletion. */
  @Index('budgets_user_id')
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'budgets_user' })
  user?: User;

  /** The key's id for a budget of an API key, for cascading deletion. */
  @Index('budgets_key_id')
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  @ManyToOne(() => ApiKey, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'key_id', foreignKeyConstraintName: 'budgets_key' })
  key?: ApiKey;

  @Column('text')
  unit!: BudgetUnit;

  @Column('text')
  period!: BudgetPeriod;

  @Column('bigint', { transformer: { from: Number, to: (amount: number) => amount } })
  amount!: number;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

/** Usage of a budget in one period. */
@Entity('budget_windows')
export class BudgetWindow {
  @PrimaryColumn('uuid', { name: 'budget_id', primaryKeyConstraintName: 'budget_windows_pkey' })
  budgetId!: string;

  @ManyToOne(() => Budget, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'budget_id', foreignKeyConstraintName: 'budget_windows_budget' })
  budget?: Budget;

  @PrimaryColumn('timestamptz', { name: 'starts_at', primaryKeyConstraintName: 'budget_windows_pkey' })
  startsAt!: Date;

  /** By runs that have not ended. */
  @Column('bigint', { default: 0 })
  reserved!: string;

  /** By runs that have ended. */
  @Column('bigint', { default: 0 })
  settled!: string;

  /** Time of the first refusal because the budget is exhausted. */
  @Column('timestamptz', { name: 'reached_at', nullable: true })
  reachedAt!: Date | null;
}

/** A budget reservation of an unfinished run. */
@Entity('budget_reservations')
export class BudgetReservation {
  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'budget_reservations_pkey' })
  runId!: string;

  @PrimaryColumn('uuid', { name: 'budget_id', primaryKeyConstraintName: 'budget_reservations_pkey' })
  budgetId!: string;

  @Column('timestamptz', { name: 'starts_at' })
  startsAt!: Date;

  @Column('text')
  unit!: BudgetUnit;

  @Column('bigint')
  amount!: string;

  @Column('timestamptz', { default: () => 'now()' })
  at!: Date;
}

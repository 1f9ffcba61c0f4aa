import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  VirtualColumn,
} from 'typeorm';
import { User } from '../user.entity.js';

/** What a case expects of retrieval. */
export interface Expected {
  /** The attachment that answers, by id or by file name; neither when no document does. */
  document_id?: string;
  filename?: string;
  /** Words of the passage that answers; any passage of the document without it. */
  quote?: string;
  /** False: no passage should be shown as an answer. */
  answerable: boolean;
}

export const RETRIEVAL_MODES = ['hybrid', 'words', 'vectors'] as const;
export type RetrievalMode = (typeof RETRIEVAL_MODES)[number];

/** How a run searches. */
export interface EvalConfig {
  top_k: number;
  retrieval: RetrievalMode;
  /** The embedding model whose index is searched. */
  embedding: string;
}

export const EVAL_STATUSES = ['queued', 'running', 'complete', 'failed', 'cancelled'] as const;
export type EvalStatus = (typeof EVAL_STATUSES)[number];

/** Measures of a run; null where no case counts. Shares are 0…1, times milliseconds. */
export interface EvalMetrics {
  answerable: number;
  unanswerable: number;
  recall_at_1: number | null;
  recall_at_3: number | null;
  recall_at_5: number | null;
  mrr: number | null;
  ndcg_at_5: number | null;
  false_answer_rate: number | null;
  citation_validity: number | null;
  p50_ms: number | null;
  p95_ms: number | null;
}

/** A passage that was found, best first. */
export interface EvalHit {
  document_id: string;
  filename: string;
  page: number | null;
  score: number;
}

/** A set of questions with expected documents. */
@Entity('eval_sets')
export class EvalSet {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'eval_sets_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  /** Whose documents are searched beside those for all users; null for the latter alone. */
  @Index('eval_sets_owner_id')
  @Column('uuid', { name: 'owner_id', nullable: true })
  ownerId!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'eval_sets_owner' })
  owner?: User;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** Number of cases. */
  @VirtualColumn({
    type: 'integer',
    query: (set) => `SELECT count(*)::int FROM eval_cases WHERE set_id = ${set}.id`,
  })
  cases!: number;
}

/** A question of a set. */
@Entity('eval_cases')
@Index('eval_cases_set_id', ['setId', 'id'])
export class EvalCase {
  /** Time-ordered: cases keep the order in which they were added. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'eval_cases_pkey' })
  id!: string;

  @Column('uuid', { name: 'set_id' })
  setId!: string;

  @ManyToOne(() => EvalSet, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'set_id', foreignKeyConstraintName: 'eval_cases_set' })
  set?: EvalSet;

  @Column('text')
  question!: string;

  @Column('jsonb')
  expected!: Expected;

  @Column('text', { array: true, default: [] })
  tags!: string[];
}

/** An evaluation of the cases of a set. */
@Entity('eval_runs')
@Index('eval_runs_set_id', ['setId', 'id'])
@Index('eval_runs_unfinished', ['setId'], { unique: true, where: "status IN ('queued', 'running')" })
export class EvalRun {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'eval_runs_pkey' })
  id!: string;

  @Column('uuid', { name: 'set_id' })
  setId!: string;

  @ManyToOne(() => EvalSet, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'set_id', foreignKeyConstraintName: 'eval_runs_set' })
  set?: EvalSet;

  @Column('jsonb')
  config!: EvalConfig;

  @Column('text', { default: 'queued' })
  status!: EvalStatus;

  @Column('integer', { default: 0 })
  done!: number;

  @Column('integer')
  total!: number;

  /** Null until it is complete. */
  @Column('jsonb', { nullable: true })
  metrics!: EvalMetrics | null;

  @Index('eval_runs_baseline_id')
  @Column('uuid', { name: 'baseline_id', nullable: true })
  baselineId!: string | null;

  @ManyToOne(() => EvalRun, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'baseline_id', foreignKeyConstraintName: 'eval_runs_baseline' })
  baseline?: EvalRun;

  /** How far recall@5 may fall below the baseline's. */
  @Column('real')
  tolerance!: number;

  /** Null without a baseline, and until it is complete. */
  @Column('boolean', { nullable: true })
  passed!: boolean | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}

/** What a run found for a case. */
@Entity('eval_results')
export class EvalResult {
  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'eval_results_pkey' })
  runId!: string;

  @ManyToOne(() => EvalRun, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'eval_results_run' })
  run?: EvalRun;

  @Index('eval_results_case_id')
  @PrimaryColumn('uuid', { name: 'case_id', primaryKeyConstraintName: 'eval_results_pkey' })
  caseId!: string;

  @ManyToOne(() => EvalCase, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'case_id', foreignKeyConstraintName: 'eval_results_case' })
  case?: EvalCase;

  @Column('jsonb')
  hits!: EvalHit[];

  /** Place of the first hit that is expected, from 1; null when none is. */
  @Column('integer', { nullable: true })
  rank!: number | null;

  /** Whether a passage is shown as an answer, and not as uncertain. */
  @Column('boolean', { name: 'is_shown' })
  isShown!: boolean;

  /** Whether the quotes of all hits are in their documents exactly where they are said to be; null without hits. */
  @Column('boolean', { name: 'cited_ok', nullable: true })
  citedOk!: boolean | null;

  @Column('real')
  ms!: number;
}

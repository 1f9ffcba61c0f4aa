import type { Mention } from '../mentions.js';
import type { QuestionWords } from '../question-words.js';
import type { Filter, TablePlan } from '../table-plan.js';
import type { TypedColumn } from '../typed-table.js';

/** Shared by the steps of reading one question against one table. */
export interface Parts {
  question: QuestionWords;
  columns: TypedColumn[];
  mentions: Mention[];
  filters: Filter[];
  /** Those of the filters that are spans of time, not values to compare. */
  ranges: Filter[];
  /** Whether the rows are meant that the question before leaves out. */
  asksOthers: boolean;
}

/** A plan, or why there is none. */
export interface BuiltPlan {
  plan: TablePlan;
  lacking: string | null;
  isBothEnds?: boolean;
}

import { PER } from './lexicon.js';
import type { Mention } from './mentions.js';
import type { QuestionWords } from './question-words.js';
import type { Filter, TablePlan } from './table-plan.js';
import { folded, textOf, type FileTable } from './typed-table.js';

const YES = new Set(['yes', 'y', 'true', 'ja', 'oui', 'si', 'sim', 'x', '✓']);
const NO = new Set(['no', 'n', 'false', 'nein', 'non', 'nao', 'nee', '']);
/** Directly before a column of yes and no: the rows where it is so. */
const IS =
  /(?:\b(?:who|that|which|is|are|was|were|be|been|did|do|does|has|have|had|not|never|already|die|der|das|wurden?|sind|ist|haben|hat|nicht|noch|qui|sont|est|ont|a|pas|que|han|son|estan)|n['’]t)\s+$/;
const NOT = /(?:\b(?:not|never|without|nicht|kein\w*|ohne|pas|non|nao|niet)|n['’]t)\s+(?:\w+\s+)?$/;
/** Measures of rows: of one word alone, "churned" says which rows. */
const OF_ROWS = new Set<TablePlan['measure'] | null>(['count', 'distinct', 'share']);

/** Conditions on columns of yes and no: "How many customers churned?", "the average of those who did not churn". */
export function findFlags(
  question: QuestionWords,
  mentions: readonly Mention[],
  table: FileTable,
  measure: TablePlan['measure'] | null,
  known: readonly Filter[],
): Filter[] {
  if (measure === null || measure === 'columns') return [];
  return mentions.flatMap(({ column, at }) => {
    const before = question.text.slice(0, at);
    if (PER.test(before) || known.some((filter) => filter.column === column.name)) return [];
    if (!OF_ROWS.has(measure) && !IS.test(before)) return [];
    const values = yesOf(table, column.name);
    if (!values) return [];
    const negation = NOT.exec(before);
    if (negation) question.use(negation.index, at);
    return [{ column: column.name, test: negation ? ('is not' as const) : ('is' as const), values }];
  });
}

/** The words for yes of a column that says nothing but yes and no; null for other columns. */
function yesOf(table: FileTable, column: string): string[] | null {
  const index = table.columns.indexOf(column);
  const values = [...new Set(table.rows.map((row) => textOf(row[index])))];
  const yes = values.filter((value) => YES.has(folded(value)));
  return yes.length > 0 && values.every((value) => YES.has(folded(value)) || NO.has(folded(value)))
    ? yes
    : null;
}

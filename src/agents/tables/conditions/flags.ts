import { IN_STOCK, PER, STOCK_WORDS } from '../lexicon.js';
import type { QuestionWords } from '../question-words.js';
import type { Filter, TablePlan } from '../table-plan.js';
import { folded, textOf, type FileTable, type TypedColumn } from '../typed-table.js';
import { plainName, type Mention } from '../mentions.js';

const YES = new Set(['yes', 'y', 'true', 'ja', 'oui', 'si', 'sim', 'x', '✓']);
const NO = new Set(['no', 'n', 'false', 'nein', 'non', 'nao', 'nee', '']);
/** Directly before a column of yes and no: the rows where it is so. */
const IS =
  /(?:\b(?:who|that|which|is|are|was|were|be|been|did|do|does|has|have|had|not|never|already|die|der|das|wurden?|sind|ist|haben|hat|nicht|noch|qui|sont|est|ont|a|pas|que|han|son|estan|tienen?|hanno|tem)|n['’]t)\s+$/;
const NOT =
  /(?:\b(?:not|never|no|without|nicht|kein\w*|ohne|pas|non|nao|niet|sin|sans|senza|sem|zonder)|n['’]t)\s+(?:\w+\s+)?$/;
const WITHIN = /\b(?:not|never|nicht|pas|non|nao|niet|no)\b/;
const WITH =
  /\b(?:with|having|mit|avec|con|com|met|without|ohne|sans|sin|senza|sem|zonder)\s+(?:an?|the|eine[mnr]?|un|une|una|uma|el|la|le)?\s*$/;

/** Conditions on columns of yes and no: "How many customers churned?", "the average of those who did not churn". */
export function findFlags(
  question: QuestionWords,
  mentions: readonly Mention[],
  table: FileTable,
  measure: TablePlan['measure'] | null,
  known: readonly Filter[],
): Filter[] {
  if (measure === 'columns') return [];
  return mentions.flatMap(({ column, at, words }) => {
    const [before, end] = [question.text.slice(0, at), words.at(-1)!.end];
    if (PER.test(before) || known.some((filter) => filter.column === column.name)) return [];
    const isSaid = IS.test(before) || WITH.test(before);
    if (measure === null && !isSaid && !isAdjective(question, end, known)) return [];
    const values = yesOf(table, column.name);
    if (!values) return [];
    const negation = NOT.exec(before);
    if (negation) question.use(negation.index, at);
    // "No shows" are those of a column of that name.
    const between = question.words.filter((word) => word.at >= at && word.at < end && !words.includes(word));
    const isNot = negation !== null || between.some(({ text }) => WITHIN.test(text));
    return [{ column: column.name, test: isNot ? ('is not' as const) : ('is' as const), values }];
  });
}

/** "Approved expenses over 100": a noun follows, and no single row is asked for. */
const isAdjective = ({ words }: QuestionWords, end: number, known: readonly Filter[]): boolean =>
  known.every(({ test }) => test !== 'is') && words.find(({ at }) => at >= end)?.isFiller === false;

/** "Which products are out of stock?": the rows with no, or with a quantity of none. */
export function findStock(
  question: QuestionWords,
  columns: readonly TypedColumn[],
  table: FileTable,
): Filter[] {
  const column = columns.find(({ name }) => IN_STOCK.test(folded(plainName(name))));
  const asked = STOCK_WORDS.find(([words]) => words.test(question.text));
  if (!column || !asked) return [];
  const [words, isThere] = asked;
  const values = column.kind === 'number' ? [0] : yesOf(table, column.name);
  if (!values) return [];
  question.take(words);
  const test = column.kind === 'number' ? (isThere ? '>' : '<=') : isThere ? 'is' : 'is not';
  return [{ column: column.name, test, values }];
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

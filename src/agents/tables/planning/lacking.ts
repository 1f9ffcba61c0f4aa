import type { Parts } from './plan-parts.js';
import type { QuestionWords } from '../question-words.js';
import { COUNTED_BEFORE, PER, ROWS_CALLED, THEM } from '../lexicon.js';
import type { TablePlan } from '../table-plan.js';
import { folded, type FileTable, type TypedColumn } from '../typed-table.js';

const PREPOSITION =
  /\b(?:in|of|for|from|at|by|with|to|on|during|since|after|before|within|without|excluding|except|von|fur|aus|bei|im|am|an|seit|ohne|en|dans|de|du|des|pour|chez|sans|por|para|sin|di|del|della|nel|nella|senza|em|na|da|do|sem|voor|van|op)\s+(?:the\s+|a\s+|der\s+|dem\s+|den\s+|le\s+|la\s+|les\s+|el\s+|los\s+|las\s+|il\s+)?$/;
const COMPUTED =
  /\b(?:total|sum|average|mean|median|summe|durchschnittliche\w*|durchschnitt|somme|moyenne|suma|promedio) (?:(?:of|der|des|de|du|la|las|los|les) )?(?:the )?$/;
const COMPARED =
  /\b(?:(?:more|less|fewer|(?!other|rather)\p{L}+er) than|(?:mehr|weniger|\p{L}+er) als|(?:plus|moins|mas|menos) que) (?:the |der |die |das |la |le |el )?/gu;
const VALUES_NAMED = 8;
/** A question with German words, which write every noun with a capital letter. */
const GERMAN =
  /\b(?:wie|viele?|der|die|das|den|dem|ist|sind|und|im|wer|was|welche\w*|von|ohne|summe|anzahl|hat|haben|es)\b/;

export function noDates({ text }: QuestionWords, { file, columns }: FileTable): string {
  const period = /\b(?:1[89]|20|21)\d\d\b/.exec(text)?.[0] ?? 'months';
  return `${file} has no column with years or dates, so I cannot tell ${period} apart. Its columns are ${columns.join(', ')}.`;
}

/** Rows of an earlier question that are meant, where there is none, or none that says which others there are. */
export function lackingContext(
  { question, filters, asksOthers }: Parts,
  before: TablePlan | null,
): string | null {
  if (!before && THEM.test(question.text))
    return 'I do not know which rows you mean, since no question before it selects any of a table: please name them.';
  const isReplaced = (name: string) => filters.some(({ column }) => column === name);
  const named = before?.filters.filter(({ column, test }) => test === 'is' && !isReplaced(column)) ?? [];
  if (asksOthers && named.length !== 1) return 'I do not know which others you mean: please name them.';
  return null;
}

/** "Who earns more than Ines": the value of another row is no condition. */
export function comparesRows({ question: { text }, filters }: Parts): string | null {
  const isCompared = filters.some(({ test, values }) =>
    values.some((value) => test === 'is' && isBehindThan(text, folded(String(value)))),
  );
  return isCompared
    ? 'I compare with numbers, not with the value of another row: please give the number.'
    : null;
}

const isBehindThan = (text: string, value: string) =>
  [...text.matchAll(COMPARED)].some(({ index, 0: words }) => text.startsWith(value, index + words.length));

/** What is to be computed, where no column is called so: the revenue of "total revenue" in a table of salaries. */
export function unknownThing({ question: { text, unused }, mentions }: Parts): string | null {
  if (mentions.some(({ column: { kind } }) => kind === 'number')) return null;
  return unused.find(({ at }) => COMPUTED.test(text.slice(0, at)))?.text ?? null;
}

/** A condition on a value that the table does not have, such as "East" where there are North and South. */
export function lackingValue(
  { question, columns, mentions, filters }: Parts,
  table: FileTable,
  measure: TablePlan['measure'],
  isOnlyValue = false,
): string | null {
  for (const word of question.unused) {
    const beside = mentions.find(
      ({ column, at, end }) =>
        column.kind !== 'number' &&
        ((question.text.slice(word.end, at).trim() === '' && word.end <= at) ||
          (end <= word.at && question.text.slice(end, word.at).trim() === '')),
    );
    // "How many employees work in York" has its condition.
    const isBeside =
      beside !== undefined && (filters.length === 0 || (word.isName && !GERMAN.test(question.text)));
    const before = question.text.slice(0, word.at);
    // What is counted are the rows, whatever they are called.
    const isOfRows = ROWS_CALLED.test(word.text) && (filters.length > 0 || measure === 'count');
    if (isOfRows || (COUNTED_BEFORE.test(before) && filters.length > 0)) continue;
    const isName = word.isName && !GERMAN.test(question.text);
    // "How many respondents are male" counts no other rows.
    const next = question.words.find(({ at }) => at >= word.end);
    const isCounted = COUNTED_BEFORE.test(before) && !(next?.used && !next.isFiller);
    const isOfCount = measure === 'count' && filters.length === 0 && !isCounted;
    const isCondition = isOnlyValue || isBeside || isName || isOfCount || PREPOSITION.test(before);
    if (!isCondition) continue;
    const column = beside?.column ?? columnLike(word.text, columns);
    const known = column ? knownValues(table, column.name) : '';
    const where = beside
      ? `The column ${beside.column.name} of ${table.file} has no “${word.text}”`
      : `${table.file} has no “${word.text}”`;
    return `${where}, so I cannot compute that.${known && ` ${column!.name} has ${known}.`}`;
  }
  return null;
}

/** The column whose values look like a word: of codes, one of codes. */
function columnLike(word: string, columns: readonly TypedColumn[]): TypedColumn | undefined {
  const shapeOf = (value: unknown) => String(value).replace(/\p{L}/gu, 'a').replace(/\d/g, '0');
  const texts = columns.filter(({ kind }) => kind === 'text');
  const few = texts.filter(({ values }) => new Set(values).size <= VALUES_NAMED * 4);
  const isLike = ({ values }: TypedColumn) =>
    /\d/.test(word) && values.some((value) => shapeOf(value) === shapeOf(word));
  const isWritten = ({ values }: TypedColumn) => values.some((value) => String(value ?? '').length > 2);
  return texts.find(isLike) ?? few.find(isWritten) ?? few[0];
}

function knownValues(table: FileTable, column: string): string {
  const index = table.columns.indexOf(column);
  const values = [...new Set(table.rows.map((row) => String(row[index] ?? '').trim()).filter(Boolean))];
  const more = values.length - VALUES_NAMED;
  return values.slice(0, VALUES_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Columns of numbers that a question names and its plan makes no use of: "the total of units and revenue". */
export function findUnusedColumns(
  { measure, column, other, also = [], groupBy, thenBy, filters }: TablePlan,
  { mentions, question }: Parts,
): string[] {
  const used = new Set([column, other, ...also, groupBy, thenBy, ...filters.map((filter) => filter.column)]);
  const isOfRows = ['rows', 'columns', 'count', 'distinct'].includes(measure);
  const isCount = measure === 'count' || measure === 'distinct';
  // A column whose values are all different names the rows.
  const isOther = (at: number, values: readonly unknown[]) =>
    isCount &&
    !COUNTED_BEFORE.test(question.text.slice(0, at)) &&
    at !== mentions[0]?.at &&
    new Set(values).size < values.length;
  return mentions.flatMap(({ at, column: { name, kind, values } }) =>
    !used.has(name) &&
    (isOther(at, values) ||
      isJoined(at, used, mentions, question) ||
      (kind === 'number' && !isOfRows) ||
      (measure !== 'rows' && PER.test(question.text.slice(0, at))))
      ? [name]
      : [],
  );
}

/** "More than 80 in science and english": a column beside one that is used. */
const isJoined = (
  at: number,
  used: ReadonlySet<string | null | undefined>,
  mentions: Parts['mentions'],
  { text }: QuestionWords,
): boolean =>
  mentions.some(
    (mention) =>
      mention.column.kind === 'number' &&
      used.has(mention.column.name) &&
      mention.end < at &&
      /^\s*(?:,|and|or|und|oder|et|y|e)\s+$/.test(text.slice(mention.end, at)),
  );

import { counted } from './count-plan.js';
import { ADDED_UP, COMPARES, PER, ROWS, SUPERLATIVES } from './lexicon.js';
import { only, plainName } from './mentions.js';
import type { QuestionWords } from './question-words.js';
import type { Parts } from './plan-parts.js';
import type { TablePlan } from './table-plan.js';
import { folded, isNumbering, type TypedColumn } from './typed-table.js';

const HOW_MUCH = /\b(?:how much|wie viel|wie hoch|was kostet|combien|cuanto|quanto|hoeveel)\b/;

/** Asks for rows, or for something other than an amount. */
const WHICH =
  /\b(?:which|who|when|where|why|list|show|row|welche\w*|wer|wann|wo|zeige?|quels?|quelles?|qui|quand)\b/;

interface BuiltPlan {
  plan: TablePlan;
  lacking: string | null;
  isBothEnds?: boolean;
}

/** Assembles the plan from its parts. @param isNamed whether the file is named */
export function buildPlan(
  parts: Parts,
  measure: TablePlan['measure'] | null,
  superlative: (typeof SUPERLATIVES)[number][] | null,
  top: number | null,
  isNamed: boolean,
): BuiltPlan {
  const { question, columns, mentions, filters } = parts;
  const filtered = new Set(filters.map(({ column }) => column));
  const groupMention = mentions.find(
    ({ at, column }) =>
      PER.test(question.text.slice(0, at)) &&
      (!measure || !(column.kind === 'number' || (column.kind === 'id' && isNumbering(column.values)))),
  );
  const period = findPeriodGroup(question, columns);
  const compared =
    filters.find(
      (filter) =>
        !parts.ranges.includes(filter) &&
        (filter.test === 'is' || filter.test === 'in period') &&
        filter.values.length > 1,
    )?.column ?? null;
  const base: TablePlan = {
    table: '',
    filters,
    measure: measure ?? 'rows',
    column: null,
    other: null,
    order: null,
    limit: top,
    by: period?.by ?? null,
    groupBy: groupMention?.column.name ?? period?.column ?? compared,
  };
  const numeric = mentions.filter(({ column: { kind } }) => kind === 'number');
  const free = numeric.find(({ column }) => !filtered.has(column.name));
  const measured = (free ?? numeric[0])?.column ?? only(columns.filter(({ kind }) => kind === 'number'));
  if (superlative && measure !== 'count' && measure !== 'distinct')
    return best(base, parts, superlative, measured?.name ?? null, measure);
  switch (measure) {
    case 'columns':
      return { plan: { ...base, groupBy: null }, lacking: null };
    case 'count':
    case 'distinct':
      return { plan: counted(base, parts, measured, isNamed), lacking: null };
    case 'correlation': {
      const [first, second] = numeric;
      const plan = {
        ...base,
        groupBy: null,
        column: first?.column.name ?? null,
        other: second?.column.name ?? null,
      };
      return {
        plan,
        lacking: second ? null : `A correlation needs two columns of numbers. ${numbersOf(columns)}`,
      };
    }
    case 'change': {
      const dated =
        base.groupBy ?? columns.find(({ kind }) => kind === 'year' || kind === 'date')?.name ?? null;
      const plan = {
        ...base,
        groupBy: dated,
        by: base.by ?? ('year' as const),
        column: measured?.name ?? null,
      };
      const isSimple = dated === null ? 'There is nothing to tell the change between.' : null;
      return { plan, lacking: measured ? isSimple : numbersOf(columns) };
    }
    case 'share':
      return {
        plan: { ...base, groupBy: null, column: numeric[0]?.column.name ?? null },
        lacking: filters.length ? null : 'Say of what the share is wanted: a value of a column.',
      };
    case null: {
      // "Compare the sales of North and South": one sum for each.
      const isGrouped =
        groupMention !== undefined ||
        period !== null ||
        (compared !== null && (numeric.length > 0 || COMPARES.test(question.text)));
      // "Sales in May": the sum of these rows.
      const isSum =
        mentions.every(({ column }) => column === measured || column.kind === 'date') &&
        measured !== null &&
        mentions.length > 0 &&
        ADDED_UP.test(folded(plainName(measured.name))) &&
        !ROWS.test(question.text) &&
        (filters.some((filter) => parts.ranges.includes(filter) || filter.test === 'in period') ||
          (filters.some(({ test }) => test === 'is') && !WHICH.test(question.text)));
      if (!isGrouped)
        return {
          plan: isSum
            ? { ...base, measure: 'sum', column: measured.name, groupBy: null }
            : { ...base, groupBy: null, column: base.limit === null && free ? free.column.name : null },
          lacking: null,
        };
      return {
        plan: { ...base, measure: 'sum' as const, column: measured?.name ?? null },
        lacking: measured ? null : numbersOf(columns),
      };
    }
    default: {
      const column = measured?.name ?? null;
      if (/\brows?\b|\brecords?\b/.test(question.text) && numeric.length === 0)
        return { plan: { ...base, measure: 'count' as const }, lacking: null };
      // "How much were the sails?" asks for the value of their row.
      if (column === null && filters.length > 0 && HOW_MUCH.test(question.text))
        return { plan: { ...base, measure: 'rows' as const, groupBy: null }, lacking: null };
      return { plan: { ...base, column }, lacking: column === null ? numbersOf(columns) : null };
    }
  }
}

/** "Which region sold most": the row where each name occurs once, sums by name where names repeat. */
function best(
  base: TablePlan,
  { columns, mentions, question }: Parts,
  superlative: (typeof SUPERLATIVES)[number][],
  named: string | null,
  measure: TablePlan['measure'] | null,
): BuiltPlan {
  const hinted = superlative.flatMap(([, order, hint]) => {
    if (!hint) return [];
    const matches = (column: TypedColumn) => isMeant(column, hint);
    const column = mentions.find((mention) => matches(mention.column))?.column ?? columns.find(matches);
    return column ? [{ order, column: column.name }] : [];
  })[0];
  const plain = superlative.find(([, , hint]) => hint === null);
  const isBothEnds = new Set(superlative.flatMap(([, order, hint]) => (hint ? [] : order))).size > 1;
  const isNamed = mentions.some(({ column: { name, kind } }) => name === named && kind === 'number');
  const isUnknown = !hinted && !plain && !isNamed;
  const order = hinted?.order ?? (plain ?? superlative[0]!)[1];
  const column = isUnknown ? null : (hinted?.column ?? named);
  if (column === null) {
    const word = superlative[0]![0].exec(question.text)?.[0] ?? '';
    return {
      plan: base,
      lacking: `I cannot tell which column says what is “${word}”. ${numbersOf(columns)}`,
    };
  }
  const subject =
    mentions.find((mention) => mention.column.name !== column && mention.column.kind !== 'number')?.column ??
    null;
  const grouped = base.groupBy ?? subject?.name ?? null;
  const plan = { ...base, column, order };
  if (
    measure === 'average' ||
    measure === 'sum' ||
    (grouped !== null && !isKey(columns, grouped)) ||
    base.by !== null
  ) {
    const limit = base.limit ?? (base.groupBy !== null && base.by === null ? null : 1);
    const fits = grouped !== null && (subject === null || grouped === subject.name || base.groupBy !== null);
    if (fits)
      return {
        plan: { ...plan, groupBy: grouped, measure: measure ?? ('sum' as const), limit },
        lacking: null,
        isBothEnds,
      };
  }
  return {
    plan: { ...plan, measure: 'rows' as const, groupBy: null, limit: base.limit ?? 1 },
    lacking: null,
    isBothEnds,
  };
}

/** Whether a superlative such as "deepest" is about a column. @param hint part of the column's name */
export const isMeant = ({ kind, name }: TypedColumn, hint: RegExp): boolean =>
  kind !== 'text' && hint.test(folded(plainName(name)));

function isKey(columns: readonly TypedColumn[], name: string): boolean {
  const { values } = columns.find((column) => column.name === name)!;
  return new Set(values).size === values.length;
}

/** `by month`, `which year`, `per quarter` over a column of dates. */
function findPeriodGroup(question: QuestionWords, columns: readonly TypedColumn[]) {
  const match =
    /\b(?:per|by|each|every|which|what|je|pro|nach|welche[rsnm]?)\s+(year|month|quarter|jahr|monat|quartal)\b|\b(monthly|yearly|quarterly|annual)\b/.exec(
      question.text,
    );
  if (!match) return null;
  const word = match[1] ?? match[2]!;
  const by: 'year' | 'quarter' | 'month' = /^(?:year|annual|jahr)/.test(word)
    ? 'year'
    : word.startsWith('qu')
      ? 'quarter'
      : 'month';
  const column =
    columns.find(({ kind }) => kind === 'date') ??
    (by === 'year' ? columns.find(({ kind }) => kind === 'year') : undefined);
  if (!column) return null;
  question.use(match.index, match.index + match[0].length);
  return { column: column.name, by: column.kind === 'year' ? ('value' as const) : by };
}

const numbersOf = (columns: readonly TypedColumn[]) => {
  const names = columns.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  return names.length
    ? `Columns of numbers are ${names.join(', ')}: say which one is meant.`
    : 'It has no column of numbers.';
};

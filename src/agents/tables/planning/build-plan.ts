import { best, numbersOf } from './best-plan.js';
import { counted } from './count-plan.js';
import { isLevel, STOCK } from './levels.js';
import { unknownThing } from './lacking.js';
import { limitedSums } from './limited-sums.js';
import { ADDED_UP, COMPARES, PER, ROWS, type SUPERLATIVES } from '../lexicon.js';
import { isWritten, only, plainName, type Mention } from '../mentions.js';
import type { QuestionWords } from '../question-words.js';
import { findPeriodGroup, periodOf } from './period-group.js';
import type { BuiltPlan, Parts } from './plan-parts.js';
import type { TablePlan } from '../table-plan.js';
import { folded, isNumbering, type TypedColumn } from '../typed-table.js';

const HOW_MUCH = /\b(?:how much|wie viel|wie hoch|was kostet|combien|cuanto|quanto|hoeveel)\b/;

/** Asks for rows, or for something other than an amount. */
const WHICH =
  /\b(?:which|who|when|where|why|list|show|row|welche\w*|wer|wann|wo|zeige?|quels?|quelles?|qui|quand)\b/;

/** Measures that need no numbers. */
const OF_ROWS = new Set<TablePlan['measure']>(['rows', 'columns', 'count', 'distinct']);

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
  const perMentions = mentions.filter(({ at }) => PER.test(question.text.slice(0, at)));
  const groupMention = perMentions.find(
    ({ column }) =>
      column.kind !== 'number' && !(measure && column.kind === 'id' && isNumbering(column.values)),
  );
  const thenBy = groupMention && secondGroup(groupMention, mentions, question);
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
    ...(thenBy && { thenBy: thenBy.column.name }),
  };
  const numeric = mentions.filter(({ column: { kind } }) => kind === 'number');
  const free = numeric.find(({ column }) => !filtered.has(column.name));
  const written = mentions.find(({ column }) => isWritten(column) && !filtered.has(column.name))?.column;
  const single = written ? null : only(columns.filter(({ kind }) => kind === 'number'));
  const measured = (free ?? numeric[0])?.column ?? single;
  const isAggregate = superlative !== null || (measure !== null && !OF_ROWS.has(measure));
  if (written && isAggregate && numeric.length === 0 && !filters.some(({ values }) => values[0] === ''))
    return { plan: base, lacking: `${written.name} holds no plain numbers, so I cannot compute with it.` };
  const unknown = isAggregate ? unknownThing(parts) : null;
  if (unknown !== null)
    return { plan: base, lacking: `There is no column “${unknown}”. ${numbersOf(columns)}` };
  const limited = limitedSums(base, parts, measured, measure);
  if (limited) return limited;
  const divided = ratioOf(base, parts, perMentions, measure);
  if (divided && !superlative) return { plan: divided, lacking: differentUnits(divided, columns) };
  if (superlative && measure !== 'count' && measure !== 'distinct')
    return best(
      divided ?? base,
      parts,
      superlative,
      divided?.column ?? measured?.name ?? null,
      divided ? 'ratio' : measure,
    );
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
        by:
          base.by ??
          (columns.some(({ name, kind }) => name === dated && kind === 'date')
            ? periodOf(dated, parts)
            : 'value'),
        column: measured?.name ?? null,
      };
      const isSimple = dated === null ? 'There is nothing to tell the change between.' : null;
      return { plan, lacking: measured ? isSimple : numbersOf(columns) };
    }
    case 'ratio':
      return { plan: base, lacking: `A ratio needs two columns of numbers. ${numbersOf(columns)}` };
    case 'share': {
      const plan = { ...base, groupBy: null, column: numeric[0]?.column.name ?? null };
      const isOfNothing = filters.length ? null : 'Say of what the share is wanted: a value of a column.';
      return { plan, lacking: isOfNothing ?? differentUnits(plan, columns) };
    }
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
        !filtered.has(measured.name) &&
        (filters.some((filter) => parts.ranges.includes(filter) || filter.test === 'in period') ||
          (filters.some(({ test }) => test === 'is') && !WHICH.test(question.text)));
      const asked = mentions.find(({ column }) => !filtered.has(column.name));
      if (!isGrouped)
        return {
          plan: isSum
            ? { ...base, measure: 'sum', column: measured.name, groupBy: null }
            : {
                ...base,
                groupBy: null,
                column: base.limit === null && free ? free.column.name : null,
                ...(asked && { asked: asked.column.name }),
              },
          lacking: null,
        };
      const isByName = columns.some(({ name, kind }) => name === base.groupBy && kind === 'text');
      const isStock = isByName && STOCK.test(folded(plainName(measured?.name ?? '')));
      const isAdded =
        !measured || ADDED_UP.test(folded(plainName(measured.name))) || !(isLevel(measured) || isStock);
      const also = alsoMeasured(numeric, measured, filtered);
      return {
        plan: {
          ...base,
          measure: isAdded ? ('sum' as const) : ('average' as const),
          column: measured?.name ?? null,
          ...also,
        },
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
      // "How high was the balance in May?" adds up no balances.
      const isLevelAsked = numeric.some(
        (mention) => mention.column === measured && isStockOrLevel(mention.column),
      );
      if (
        measure === 'sum' &&
        isLevelAsked &&
        HOW_MUCH.test(question.text) &&
        !IN_ALL.test(question.text) &&
        filters.length > 0 &&
        !groupMention
      )
        return { plan: { ...base, measure: 'rows' as const, groupBy: null, column }, lacking: null };
      const also = alsoMeasured(numeric, measured, filtered);
      return { plan: { ...base, column, ...also }, lacking: column === null ? numbersOf(columns) : null };
    }
  }
}

/** Asks for a sum, whatever is added up. */
const IN_ALL = /\b(?:total|sum|altogether|together|insgesamt|gesamt\w*|summe)\b/;
const isStockOrLevel = (column: TypedColumn) => isLevel(column) || STOCK.test(folded(plainName(column.name)));

/** Further columns of numbers beside the measured one: `units and revenue`. */
function alsoMeasured(
  numeric: readonly Mention[],
  measured: TypedColumn | null,
  filtered: ReadonlySet<string>,
): { also?: string[] } {
  const also = numeric
    .map(({ column }) => column.name)
    .filter((name) => name !== measured?.name && !filtered.has(name));
  return also.length > 0 && numeric.some(({ column }) => column === measured) ? { also } : {};
}

/** The column behind the one that is grouped by: `by region and product`. */
const secondGroup = (
  first: Mention,
  mentions: readonly Mention[],
  { text }: QuestionWords,
): Mention | undefined =>
  mentions.find(
    ({ at, column }) =>
      at > first.end &&
      column.kind !== 'number' &&
      /^\s*(?:,|and|und|et|y|e|en)(?: (?:by|per|je|nach|par|por))?\s*$/.test(text.slice(first.end, at)),
  );

/** Two sums divided: `takings per guest`, `the ratio of tips to takings`, `what share of the takings are tips`. */
function ratioOf(
  base: TablePlan,
  { mentions, filters }: Parts,
  per: readonly Mention[],
  measure: TablePlan['measure'] | null,
): TablePlan | null {
  const numeric = mentions.filter(({ column: { kind } }) => kind === 'number');
  const divisor =
    measure === 'ratio' || (measure === 'share' && filters.length === 0)
      ? numeric[1]
      : measure === null || measure === 'average' || measure === 'sum'
        ? per.find(({ column: { kind } }) => kind === 'number')
        : undefined;
  const divided = numeric.find((mention) => mention !== divisor);
  if (!divisor || !divided) return null;
  return { ...base, measure: 'ratio', column: divided.column.name, other: divisor.column.name };
}

/** Why amounts of different units are neither divided nor shared. */
function differentUnits({ column, other }: TablePlan, columns: readonly TypedColumn[]): string | null {
  const mixed = columns.find(({ name, units }) => (name === column || name === other) && units.length > 1);
  return mixed
    ? `${mixed.name} has different units (${mixed.units.join(', ')}), which do not make one sum.`
    : null;
}

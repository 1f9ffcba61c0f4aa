import { ROWS, ROWS_CALLED, type SUPERLATIVES } from '../lexicon.js';
import { EARNED, PRICE_COLUMN } from '../comparisons.js';
import { isLevel } from './levels.js';
import { plainName, type Mention } from '../mentions.js';
import type { BuiltPlan, Parts } from './plan-parts.js';
import type { QuestionWords } from '../question-words.js';
import type { TablePlan } from '../table-plan.js';
import { folded, type TypedColumn } from '../typed-table.js';

/** "Which region sold most": the row where each name occurs once, sums by name where names repeat. */
export function best(
  base: TablePlan,
  { columns, mentions, question }: Parts,
  superlative: (typeof SUPERLATIVES)[number][],
  named: string | null,
  measure: TablePlan['measure'] | null,
): BuiltPlan {
  const hinted = superlative.flatMap(([, order, hint]) => {
    if (!hint) return [];
    const column = meantColumn(hint, columns, mentions);
    return column ? [{ order, column: column.name, isOfOne: hint !== PRICE_COLUMN && hint !== EARNED }] : [];
  })[0];
  const plain = superlative.find(([, , hint]) => hint === null);
  const isBothEnds = new Set(superlative.flatMap(([, order, hint]) => (hint ? [] : order))).size > 1;
  const isNamed = mentions.some(({ column: { name, kind } }) => name === named && kind === 'number');
  const thing = isNamed || hinted ? null : thingAfter(question);
  const isUnknown = (!hinted && !plain && !isNamed) || thing !== null;
  const order = hinted?.order ?? (plain ?? superlative[0]!)[1];
  const column = isUnknown ? null : (hinted?.column ?? named);
  const isOfRows = thing !== null && (ROWS_CALLED.test(thing) || ROWS.test(thing));
  const isCounted = question.take(COMMON) !== null || countedNoun(mentions, question) !== null || isOfRows;
  const group = base.groupBy ?? mentions.find(({ column: { kind } }) => kind === 'text')?.column.name ?? null;
  if (isCounted && !hinted && group !== null && countedNoun(mentions, question) !== group)
    return {
      plan: {
        ...base,
        measure: 'count',
        groupBy: group,
        column: null,
        order: superlative[0]![1],
        limit: base.limit ?? 1,
      },
      lacking: null,
    };
  if (column === null) {
    const word = [superlative[0]![0].exec(question.text)?.[0] ?? '', thing ?? ''].join(' ').trim();
    return {
      plan: { ...base, order, limit: base.limit ?? 1 },
      lacking: `I cannot tell which column says what is “${word}”. ${numbersOf(columns)}`,
    };
  }
  const subject =
    mentions.find((mention) => mention.column.name !== column && mention.column.kind !== 'number')?.column ??
    null;
  const grouped = base.groupBy ?? subject?.name ?? whoOf(question, columns);
  const plan = { ...base, column, order };
  if (
    measure === 'average' ||
    measure === 'sum' ||
    measure === 'ratio' ||
    // The longest of all shifts is one of them.
    (grouped !== null && !hinted?.isOfOne && !isKey(columns, grouped) && !isLevelOf(columns, column)) ||
    base.by !== null
  ) {
    const limit = base.limit ?? (base.groupBy !== null && base.by === null ? null : 1);
    const fits = grouped !== null && (subject === null || grouped === subject.name || base.groupBy !== null);
    if (fits)
      return {
        plan: {
          ...plan,
          groupBy: grouped,
          measure: measure ?? groupMeasure(question, column, columns),
          limit,
        },
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

/** What there is most of, where that is no column: the people of "Which department has the most people?" */
function thingAfter(question: QuestionWords): string | null {
  const match = /\b(?:most|fewest|meisten|wenigsten|le plus d[e'’]|le moins d[e'’]|mas|menos)\s*$/;
  return question.unused.find(({ at }) => match.test(question.text.slice(0, at)))?.text ?? null;
}

/** Of the best the average counts where values are not added up: of marks, not of bookings. */
const groupMeasure = (
  { text }: QuestionWords,
  column: string,
  columns: readonly TypedColumn[],
): TablePlan['measure'] =>
  /\b(?:best|worst)\b/.test(text) && isLevelOf(columns, column) ? 'average' : 'sum';

/** "Who spent the most?": the column of names that occur in several rows. */
function whoOf({ text }: QuestionWords, columns: readonly TypedColumn[]): string | null {
  const isAsked =
    /\b(?:who|wer|qui|quien|chi|quem|wie)\b.*\b(?:most|least|fewest|meisten|wenigsten|le plus|le moins|mas|menos)\b/.test(
      text,
    );
  const people = columns.filter(({ name, kind }) => kind === 'text' && PEOPLE.test(folded(plainName(name))));
  return isAsked && people.length === 1 ? people[0]!.name : null;
}

const PEOPLE =
  /^(?:name|employee|person|member|customer|client|buyer|seller|sales ?person|sales ?rep|rep|agent|player|driver|worker|colleague|volunteer|teacher|student|pupil|author|owner|assignee|guest|user|technician|nurse|operator|cashier|runner|mitarbeiter(?:in)?|arbeiter|fahrer|schuler|lehrer|verkaufer|kunde|employe|vendeur|empleado|vendedor|cliente)(?: name)?$/;
const COMMON =
  /\b(?:most|least) (?:common|frequent|often)\b|\bhaufigste\w*|\bplus frequent\w*|\bmas frecuente\w*/;

/** "Which depot has the most vehicles": the column behind the superlative, where it has no amounts. */
const countedNoun = (mentions: readonly Mention[], { text }: QuestionWords): string | null =>
  mentions.find(
    ({ at, column: { kind } }) =>
      (kind === 'text' || kind === 'id') && /\b(?:most|fewest|meisten|wenigsten)\s*$/.test(text.slice(0, at)),
  )?.column.name ?? null;

/** The column that a superlative such as "deepest" is about. @param hint part of its name */
export function meantColumn(
  hint: RegExp,
  columns: readonly TypedColumn[],
  mentions: readonly Mention[],
): TypedColumn | undefined {
  const matches = ({ kind, name }: TypedColumn) => kind !== 'text' && hint.test(folded(plainName(name)));
  return (
    mentions.find(({ column }) => matches(column))?.column ??
    columns.find(matches) ??
    // Whatever it is called: "the most recent" of a column `last_contact`.
    (hint.test('date') && hint.test('start') ? columns.find(({ kind }) => kind === 'date') : undefined)
  );
}

const isLevelOf = (columns: readonly TypedColumn[], name: string) =>
  columns.some((column) => column.name === name && isLevel(column));

function isKey(columns: readonly TypedColumn[], name: string): boolean {
  const { values } = columns.find((column) => column.name === name)!;
  return new Set(values).size === values.length;
}

/** Names the columns of numbers. */
export const numbersOf = (columns: readonly TypedColumn[]) => {
  const names = columns.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  return names.length
    ? `Columns of numbers are ${names.join(', ')}: say which one is meant.`
    : 'It has no column of numbers.';
};

import { ROWS } from '../lexicon.js';
import { only, plainName, type Mention } from '../mentions.js';
import type { Parts } from './plan-parts.js';
import type { TablePlan } from '../table-plan.js';
import { folded, isNumbering, type TypedColumn } from '../typed-table.js';

/** A column with the count of the items of its row. */
const QUANTITY =
  /^(?:qty|quantity|stock|in stock|count|units|pieces|pcs|anzahl|menge|bestand|stuck|quantite|cantidad|quantita|quantidade|aantal|voorraad)\.?$/;

/** "How many sales" are the rows of a column `Revenue`, not its sum. */
const isOfRows = ({ column: { name }, words }: Mention): boolean =>
  words.some(({ text }) => SALES.test(text)) &&
  !folded(plainName(name))
    .split(' ')
    .some((part) => SALES.test(part));

const SALES = /^(?:sales?|verkaufe?n?|ventes?|ventas?|vendit[ae]|vendas?)$/;

/** The count: of rows, of distinct values of a text column, or the sum of a column of amounts. */
export function counted(
  base: TablePlan,
  { question, columns, mentions, filters }: Parts,
  measured: TypedColumn | null,
  isNamed: boolean,
): TablePlan {
  const asked =
    /\b(?:how many|number of|count(?: of)?|wie viele|anzahl(?: der)?|combien(?: de| d')?|cuant[oa]s|quant[ie]|quant[oa]s|hoeveel)\s+(?:(?:different|distinct|unique|verschiedene)\s+)?/.exec(
      question.text,
    );
  const at = asked ? asked.index + asked[0].length : 0;
  const noun = mentions.find(
    // "How many black articles": values may stand between.
    (mention) =>
      mention.at >= at && question.words.every((word) => word.used || word.at < at || word.at >= mention.at),
  );
  const isDistinct = base.measure === 'distinct';
  if (isDistinct)
    return { ...base, groupBy: null, column: noun?.column.name ?? mentions[0]?.column.name ?? null };
  const comparesIt = filters.some(({ column }) => column === noun?.column.name);
  if (noun && !comparesIt && noun.column === columns[0] && isNumbering(noun.column.values))
    return { ...base, measure: 'count', column: null };
  if (noun?.column.kind === 'number' && !comparesIt && isOfRows(noun))
    return { ...base, measure: 'count', column: null };
  if (noun?.column.kind === 'number' && !comparesIt)
    return { ...base, measure: 'sum', column: noun.column.name };
  const isOfTable = !noun && (isNamed || ROWS.exec(question.text.slice(at).trimStart())?.index === 0);
  const isRepeated = noun !== undefined && new Set(noun.column.values).size < noun.column.values.length;
  if (
    noun &&
    !comparesIt &&
    (noun.column.kind === 'text' || noun.column.kind === 'id') &&
    (filters.length === 0 || isRepeated)
  )
    return {
      ...base,
      measure: 'distinct',
      groupBy: base.groupBy === noun.column.name ? null : base.groupBy,
      column: noun.column.name,
    };
  const stock = only(columns.filter(({ kind, name }) => kind === 'number' && QUANTITY.test(folded(name))));
  const isOfValue = filters.some(
    ({ test, values }) =>
      test === 'is' && values.some((value) => question.text.slice(at).startsWith(folded(String(value)))),
  );
  if (stock && !noun && isOfValue) return { ...base, measure: 'sum', column: stock.name };
  // "How many kWh did Porto use" asks for the amount, "how many rows" does not.
  const isAmount =
    measured &&
    !isOfTable &&
    !noun &&
    mentions.some(({ column }) => column === measured) &&
    !filters.some(({ column }) => column === measured.name);
  return isAmount ? { ...base, measure: 'sum', column: measured.name } : { ...base, column: null };
}

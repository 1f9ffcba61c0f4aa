import type { Cell } from '../../ingestion/parsers/parsed-document.js';
import { textOf, type FileTable } from './cells.js';
import { measureName, type TableResult } from './compute.js';
import type { Filter, TableQuery } from './table-query.js';

const MAX_CELL = 120;

/** What is computed, as in `sum of tonnes by site where Year is 2024`. */
export function headline(query: TableQuery): string {
  const what =
    query.measure === 'rows'
      ? 'the rows'
      : query.measure === 'count'
        ? 'the number of rows'
        : `the ${measureName(query)}`;
  const by = query.groupBy === null ? '' : ` by ${query.groupBy}`;
  const where = query.filters.length ? ` where ${query.filters.map(tellFilter).join(' and ')}` : '';
  return `${what}${by}${where}`;
}

/** A result as people read it: one number in a sentence, more in a table, and what it was computed from. */
export function tellResult(table: FileTable, query: TableQuery, result: TableResult): string {
  const { rows, matched, skipped } = result;
  const basis = [
    `${matched} of ${table.rows.length} rows of ${table.file}`,
    ...(skipped ? [`${skipped} of them without a number`] : []),
    ...(table.rowsLeftOut ? [`${table.rowsLeftOut} rows of the file are too many to be read`] : []),
  ].join(', ');
  const what = headline(query);
  if (matched === 0) return `No row of ${table.file} fits${what.replace(/^.*? where/, ' where')}.`;
  const single = query.groupBy === null && query.measure !== 'rows';
  const body = single
    ? `${capital(what)} is ${show(rows[0]?.[0])}.`
    : `${capital(what)}:\n\n${markdown(result)}\n`;
  return `${body}${single ? ' ' : '\n'}Computed from ${basis}.`;
}

const tellFilter = ({ column, test, values }: Filter) => `${column} ${test} ${values.join(' or ')}`;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function markdown({ columns, rows }: TableResult): string {
  const line = (cells: readonly (Cell | undefined)[]) => `| ${cells.map(show).join(' | ')} |`;
  return [line(columns), `|${' --- |'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}

/** A cell that cannot break out of its table, nor be markup. */
function show(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '–';
  if (typeof cell === 'number') return cell.toLocaleString('en-US', { maximumFractionDigits: 6 });
  return textOf(cell)
    .slice(0, MAX_CELL)
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('](', '] (');
}

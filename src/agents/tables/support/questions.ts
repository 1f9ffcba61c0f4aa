import type { Cell } from '../../../ingestion/parsers/parsed-document.js';
import { compute } from '../compute.js';
import { readConversation } from '../read-conversation.js';
import type { FileTable } from '../typed-table.js';

export const table = (file: string, columns: string[], ...rows: Cell[][]): FileTable => ({
  name: `${file} / ${file}`,
  file,
  columns,
  rows,
  rowsLeftOut: 0,
});

export const sales = table(
  'sales.csv',
  ['Region', 'Product', 'Units', 'Revenue'],
  ['North', 'Chair', 3, 300],
  ['North', 'Lamp', 5, 100],
  ['South', 'Chair', 2, 210],
  ['South', 'Desk', 1, 400],
);
export const wells = table(
  'wells.csv',
  ['Well', 'Uptime %', 'Oil'],
  ['A', 97, 1200],
  ['B', 88, 640],
  ['C', 92, 2100],
);
export const orders = table(
  'orders.csv',
  ['Order', 'Date', 'Amount'],
  [1, '2023-01-05', 10],
  [2, '2023-03-09', 30],
  [3, '2024-03-11', 50],
  [4, '2024-04-01', 20],
);

/** The result, or the reason why there is none. */
interface Told {
  rows?: unknown[][];
  lacking?: string;
  unused?: string[];
  filters?: unknown[];
}

/** The answer to the last of some questions. */
export function ask(tables: FileTable[], ...questions: string[]): Told | null {
  const history = questions.slice(0, -1).map((content) => ({ role: 'user' as const, content }));
  const reading = readConversation(questions.at(-1)!, history, tables);
  if (!reading) return null;
  if (reading.lacking) return { lacking: reading.lacking };
  const { rows } = compute(reading.table, reading.plan);
  return { rows, ...(reading.unused.length && { unused: reading.unused }) };
}

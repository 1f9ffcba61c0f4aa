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

/** A result, or why there is none. */
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

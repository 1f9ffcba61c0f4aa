/** How figures are printed: as a table in Markdown, below what they were measured on. */
import { cpus } from 'node:os';

export function machine() {
  const [cpu] = cpus();
  return `Node.js ${process.version}, ${cpus().length} × ${cpu?.model.trim() ?? 'CPU'}`;
}

/**
 * @param {string[]} head the names of the columns; of all but the first the cells stand on the right
 * @param {unknown[][]} rows
 */
export function printTable(head, rows) {
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  for (const cells of [head, rule, ...rows]) console.log(`| ${cells.join(' | ')} |`);
}

/** Says on standard error what is measured now. */
export const report = (what) => process.stderr.write(`… ${what}\n`);

/** Dots between a name and its value: `Soup ........ 6 €`. */
const LEADERS = /^(\s*\S[^\n]{0,70}?) ?(?:\.{4,}|(?<= )\.{3}(?= )|…{2,}|(?: \.){3,})[ .]*(\S[^\n]{0,40})$/gm;
const GAP = /(?<=\S)(?: {3,}|\t+)(?=\S)/;
const MIN_COLUMNS = 3;
const MAX_NAME_CHARS = 40;

/**
 * Rewrites lists and tables that plain text sets with dots or blanks into lines as those of other files: a name and its
 * value, or a row with the names of its columns.
 */
export function withPlainTables(text: string): string {
  let columns: string[] = [];
  return text
    .replace(LEADERS, '$1: $2')
    .split('\n')
    .map((line) => {
      const cells = line.trim().split(GAP);
      if (line.trim() === '') return line;
      if (cells.length >= MIN_COLUMNS && cells.every(isName)) columns = cells;
      else if (columns.length > 0 && cells.length === columns.length && cells.some(hasDigit))
        return `\n${cells.map((cell, i) => `${columns[i]}: ${cell}`).join('; ')}\n`;
      else if (columns.length > 0 && cells.length === 2 && hasDigit(cells[1]!))
        return `\n${cells.join(': ')}\n`;
      else if (cells.length === 1) columns = [];
      return line;
    })
    .join('\n');
}

const hasDigit = (cell: string) => /\p{Nd}/u.test(cell);
const isName = (cell: string) => cell.length <= MAX_NAME_CHARS && /^\p{L}/u.test(cell) && !hasDigit(cell);

/** A row as tables of files are written in text: `Item: tea; Price: 2`. */
const ROW = /^[^:;\n]{1,80}: [^;\n]*(?:; ?[^:;\n]{1,80}: [^;\n]*)+$/;
const PIPES = /^\s*\|?(?:[^|\n]*\|)+[^|\n]*$/;
const DELIMITERS = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Pronouns and other words that refer to the previous sentence, in several languages. */
const POINTS_BACK =
  /^["“(]?(?:it|its|they|them|their|theirs|these|those|this|that|he|she|his|her|both|such|er|es|sie|dies(?:e[mnrs]?)?|dabei|dazu|il|elle|ils|elles|cela|cette|ces|ella|ellos|ellas|esto|estos|estas|esso|essa|essi|questo|questa|questi)(?![\p{L}'’])/iu;

/** Whether a sentence depends on the previous one. */
export const pointsBack = (sentence: string): boolean => POINTS_BACK.test(sentence);

/** A row of a table, with the names of its columns. */
export const isRow = (line: string): boolean => ROW.test(line);

/** Separates table rows by empty lines; Markdown tables are converted to the format of other files. */
export function setRowsApart(text: string): string {
  const lines = text.split('\n');
  let columns: string[] | null = null;
  return lines
    .flatMap((line, i) => {
      if (!PIPES.test(line)) {
        columns = null;
        return isRow(line.trim()) ? ['', line.trim(), ''] : [line];
      }
      if (DELIMITERS.test(line)) return columns ? [] : [line];
      const next = lines[i + 1] ?? '';
      if (next.includes('-') && DELIMITERS.test(next)) columns = cellsOf(line);
      else if (columns) return ['', rowOf(columns, cellsOf(line)), ''];
      else return [line];
      return [''];
    })
    .join('\n');
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

const rowOf = (columns: readonly string[], cells: readonly string[]): string =>
  cells
    .map((cell, i) => (cell && columns[i] ? `${columns[i]}: ${cell}` : cell))
    .filter(Boolean)
    .join('; ');

/** A sentence without Markdown syntax: escapes and link targets are removed. */
export const withoutMarks = (sentence: string): string =>
  sentence
    .replace(/!?\[([^\][]*)\](?:\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"]*")?\)|\[[^\]]{0,80}\])/g, '$1')
    .replace(/(?<![\p{L}\p{N}*_\\])(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}*_])/gu, '$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');

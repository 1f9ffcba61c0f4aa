/** A row as tables of files are written in text: `Item: tea; Price: 2`. */
const ROW = /^[^:;\n]{1,80}: [^;\n]*(?:; ?[^:;\n]{1,80}: [^;\n]*)+$/;
/** Matches the beginning of a table's text: its size, then a line for each column. */
export const TABLE_SUMMARY = /^.{1,200}: \d+ rows?, \d+ columns?\.(?:\s|$)/;
const PIPES = /^\s*\|?(?:[^|\n]*\|)+[^|\n]*$/;
const DELIMITERS = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Pronouns and other words that refer to the previous sentence, in several languages. */
const POINTS_BACK =
  /^["“(]?(?:it|its|they|them|their|theirs|these|those|this|that|he|she|his|her|both|such|er|es|sie|dies(?:e[mnrs]?)?|dabei|dazu|il|elle|ils|elles|cela|cette|ces|ella|ellos|ellas|esto|estos|estas|esso|essa|essi|questo|questa|questi)(?![\p{L}'’])/iu;

/** Whether a sentence depends on the previous one. */
export const pointsBack = (sentence: string): boolean => POINTS_BACK.test(sentence);

/** A row of a table, with the names of its columns. */
export const isRow = (line: string): boolean => ROW.test(line);

/** A line of front matter, of a mail's head or of opening hours: `owner: Team Blue`. */
const KEY_VALUE =
  /^\s*[\p{L}\p{N}](?:[^:;|\n]{0,39}: |[\p{L}\p{N}_.-]{0,39} = (?=["'\d[{tf]))[^|\n]*[^|\s.!?:]\s*$/u;
/** The name of a section of TOML, and the end of front matter. */
const TOML_LINE = /^(?:\[([\w.-]{1,60})\]|\+{3})\s*$/;
const IN_RECORD = /^([^\s:]{1,60}\[\d+\])\.[^\s:]{1,60}: /;
export const isKeyValue = (line: string): boolean => KEY_VALUE.test(line);

/**
 * Separates table rows, and adjacent lines of a name and a value, by empty lines; Markdown tables are converted to the
 * format of other files.
 */
export function setRowsApart(text: string): string {
  const lines = joinRecords(text.split('\n'));
  let columns: string[] | null = null;
  let isSummary = false;
  return lines
    .flatMap((line, i) => {
      if (!PIPES.test(line)) {
        columns = null;
        isSummary = TABLE_SUMMARY.test(line) || (isSummary && line.trim() !== '');
        const isOne =
          isRow(line.trim()) ||
          (!isSummary &&
            isKeyValue(line) &&
            [lines[i - 1], lines[i + 1]].some(
              (other) => isKeyValue(other ?? '') || TOML_LINE.test(other ?? ''),
            ));
        const toml = TOML_LINE.exec(line);
        if (toml && isKeyValue(lines[toml[1] ? i + 1 : i - 1] ?? '')) return [toml[1] ? `## ${toml[1]}` : ''];
        return isOne ? ['', line.trim(), ''] : [line];
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

/** The values of one record of a list in JSON: `days[3].cook: Ada` and `days[3].meal: soup` are one row. */
function joinRecords(lines: readonly string[]): string[] {
  const joined: string[] = [];
  let open = '';
  for (const line of lines) {
    const [, record = ''] = IN_RECORD.exec(line) ?? [];
    if (record && record === open) joined.push(`${joined.pop()!}; ${line}`);
    else joined.push(line);
    open = record;
  }
  return joined;
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

/** A sentence without Markdown syntax: escapes, link targets and comments are removed. */
export const withoutMarks = (sentence: string): string =>
  sentence
    .replace(/ ?<!--(?:(?!-->)[^])*-->/g, '')
    .replace(/^ /, '')
    .replace(/!?\[([^\][]*)\](?:\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"]*")?\)|\[[^\]]{0,80}\])/g, '$1')
    .replace(/(?<![\p{L}\p{N}*_\\])(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}*_])/gu, '$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');

const DENIED = /(?<=^|; )([^:;]{1,80}): (?:no|false|0|nein|non|nee|nej)(?=;|$)/gi;
const CONFIRMED = /(?<=^|; )([^:;]{1,80}): (?:yes|true|1|ja|oui|s[ií]|sim)(?=;|$)/giu;
const NEGATION =
  /(?<!\p{L})(?:not?|never|without|\p{L}+n['’]t|nicht|keine?[nrsm]?|ohne|pas|aucun\p{L}*|sin|non|não|niet|geen)(?!\p{L})/iu;

/** The columns of a row whose value negates the question: `Churn: No` for "How many churned?". */
export function columnsAgainst(question: string, row: string): string[] {
  if (!isRow(row)) return [];
  return [...row.matchAll(NEGATION.test(question) ? CONFIRMED : DENIED)].map(([, column = '']) => column);
}

/** Whether a text is the question again: in an example of a call, or in an earlier conversation. */
export function repeats(text: string, question: string): boolean {
  const asked = question.trim();
  return /[?？]$/.test(asked) && !isRow(text) && plain(text).includes(plain(asked));
}

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}?？]+/gu, ' ');

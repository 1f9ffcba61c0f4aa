/** A line that is nearly as long as the longest of its paragraph continues on the next one. */
const FULL = 0.7;
const MAX_TITLE_CHARS = 80;
/** Lines of text are seldom wrapped at fewer characters. */
const NARROW = 45;
/** Columns that are set apart with blanks. */
const COLUMNS = /\S(?: {3,}|\t+)\S/;
/** An entry of a log: it begins with a date or a time. */
const ENTRY =
  /^\W?(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d\d(?::\d\d)?|\p{L}{3} +\d{1,2} \d\d:\d\d)(?!\d)/u;
/** The number of a clause. */
const CLAUSE =
  /^(?:§|(?:Art(?:icle|ikel|[íi]culo|icolo|igo)?|Sec(?:tion)?|Clause)\.? ?\d|\d+\.\d+(?:\.\d+)*\.? \p{Lu})/u;
const MARKED = /^\s*(?:[-*+•]\s|[>|#]|\d{1,3}[.)]\s|`{3})/;
const NUMBERED = /^(\d{1,2})[.)]\s+(\p{Lu}.*[\p{L}\d)])\s*$/u;
const CAPITALS = /^(?=(?:.*\p{Lu}){3})[^\p{Ll}:;.!?|]{3,80}$/u;
const FEW_WORDS = /^\p{Lu}[\p{L}'’-]*(?: [\p{L}'’-]+){0,2}$/u;
/** The beginning of a sentence that the items of a list end. */
const LEAD = /^\p{L}[^\n]{0,120}[\p{L}\d)]\s*$/u;
/** The mark of a heading that has none of its own. */
const FOUND = '###### ';
/** A bold label of a form: `**Place:** boathouse`. */
export const LABELLED = /^\s*\*\*[^*\n]{1,40}:?\*\*:? \S/;
const FENCE = /^\s*(?:```|~~~)/;

/**
 * Sets lines apart with an empty line if they are no lines of one paragraph: those of an address, of columns, of a
 * log, numbered and capital headings.
 */
export function unwrap(text: string): string {
  const lines = text.split('\n');
  const out: string[] = [];
  for (let at = 0; at < lines.length;) {
    let end = at;
    while (end < lines.length && lines[end]!.trim() !== '') end++;
    out.push(...paragraph(lines, at, end));
    while (end < lines.length && lines[end]!.trim() === '') out.push(lines[end++]!);
    at = end;
  }
  return out.join('\n');
}

/** The lines from `at` to `end`, with empty ones between those that do not belong together. */
function paragraph(all: readonly string[], at: number, end: number): string[] {
  const lines = all.slice(at, end);
  const width = Math.max(...lines.map(({ length }) => length));
  const isLog = lines.length > 1 && lines.filter((line) => ENTRY.test(line)).length * 2 > lines.length;
  const isList = isUnmarkedList(lines, width);
  let isCode = false;
  return lines.flatMap((line, i) => {
    if (FENCE.test(line)) isCode = !isCode;
    const next = lines[i + 1];
    const before = all.slice(0, at + i).findLast((other) => other.trim() !== '');
    const after = all.slice(at + i + 1).find((other) => other.trim() !== '');
    const shown = isCode ? line : asHeading(line, before, after, MARKED.test(next ?? ''));
    if (next === undefined || isCode) return [shown];
    const isApart =
      shown !== line ||
      (isLog
        ? ENTRY.test(next)
        : COLUMNS.test(line) ||
          COLUMNS.test(next) ||
          CLAUSE.test(next) ||
          (LABELLED.test(line) && LABELLED.test(next)) ||
          isList ||
          isShort(line, next, width));
    return isApart && !isTableLine(line) ? [shown, ''] : [shown];
  });
}

/** Short lines that are an item each, such as ingredients: wrapped text is wider. */
const isUnmarkedList = (lines: readonly string[], width: number) =>
  width <= NARROW &&
  lines.every((line, i) => (i === 0 || !/^\s*[\p{Ll}(]/u.test(line)) && !/[,;–-]\s*$/u.test(line));

const isTableLine = (line: string) => /^\s*\|/.test(line);

/** A short line ends its paragraph, unless the next one begins in the middle of a sentence. */
const isShort = (line: string, next: string, width: number) =>
  line.length < width * FULL &&
  !MARKED.test(next) &&
  (!/^\s*[\p{Ll}(]/u.test(next) || next.trim().startsWith('**')) &&
  !/[,;–-]\s*$/u.test(line);

/** A numbered line that is no item of a list, a line in capitals and a few words before a list, with the mark of a heading. */
function asHeading(line: string, before = '', after = '', isList = false): string {
  const [, number = '', name = ''] = NUMBERED.exec(line) ?? [];
  const isItem = [before, after].some((other) => /^\s*\d{1,2}[.)]\s/.test(other));
  if (number && name.length <= MAX_TITLE_CHARS && after && !isItem) return `${FOUND}${name}`;
  if (MARKED.test(line) || !after) return line;
  const isHeading =
    (before && CAPITALS.test(line.trim()) && !/\d/.test(line)) ||
    (MARKED.test(after) && FEW_WORDS.test(line.trim()));
  if (isHeading) return `${FOUND}${line.trim()}`;
  return isList && LEAD.test(line) ? `${line.trimEnd()}:` : line;
}

/** Whether a line may be a title: short, and without the end of a sentence. */
export const isTitleLine = (line: string): boolean =>
  line.length <= MAX_TITLE_CHARS &&
  !/[.!?:;,|"”。！？…]$/u.test(line) &&
  !/^[^:]{1,40}: \S/.test(line) &&
  !ENTRY.test(line);

import { readFile } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { DocumentBuilder } from '../document-builder.js';
import { pipeTables } from '../markup/cell-grid.js';
import { keepTable } from '../tables/text-table.js';
import type { ParsedDocument } from '../parsed-document.js';

/** Groups that are no text: tables of fonts and colours, pictures, headers, what fields are made of. */
const SILENT = new Set(
  (
    'fonttbl colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf object themedata ' +
    'colorschememapping listtable listoverridetable rsidtbl generator datastore xmlnstbl latentstyles fldinst annotation ' +
    'atnid atnauthor bkmkstart bkmkend revtbl filetbl'
  ).split(' '),
);
/** The ends of a cell and of a row, and what begins one; some programs repeat that at its end. */
const CELL = '\u001F';
const ROW = '\u001E';
const ROW_START = '\u001D';
const LETTERS: Record<string, string> = {
  par: '\n\n',
  sect: '\n\n',
  page: '\n\n',
  line: '\n',
  row: ROW,
  cell: CELL,
  trowd: ROW_START,
  tab: ' ',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  '~': '\u00a0',
  _: '-',
};
/** A group's edge, a control word with its number, an escaped byte, another escape, or text. */
const TOKEN = /([{}])|\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z])|([^\\{}\r\n]+)/gi;

interface Group {
  isSilent: boolean;
  /** How many characters after `\u` stand for programs that do not know it. */
  skip: number;
  /** Whether it is the text of a footnote: in brackets where that is referred to, and no paragraphs of their own. */
  isNote: boolean;
}

/** Rich text, paragraph by paragraph. */
export async function parse(file: string): Promise<ParsedDocument> {
  const builder = new DocumentBuilder();
  let rows: string[][] = [];
  const endTable = () => {
    addTable(builder, rows);
    rows = [];
  };
  const parts = textOf((await readFile(file)).toString('latin1')).split(ROW);
  for (const [i, part] of parts.entries()) {
    const [first = '', ...others] = part.split(CELL);
    // Text before a row is of no table; a cell may have several paragraphs.
    const isRow = i < parts.length - 1;
    const started = first.indexOf(ROW_START);
    const start = isRow ? (started >= 0 ? started : first.lastIndexOf('\n\n') + 1) : first.length;
    const before = first.slice(0, start);
    if (before.trim()) endTable();
    for (const paragraph of before.split(/\n{2,}/)) builder.add('paragraph', linesOf(paragraph));
    if (isRow)
      rows.push(
        [first.slice(start), ...others.slice(0, -1)].map((cell) => linesOf(cell).replaceAll(/\n+/g, ' ')),
      );
  }
  endTable();
  return builder.build();
}

const linesOf = (text: string) =>
  text
    .replaceAll(ROW_START, '')
    .split('\n')
    .map((line) => line.replaceAll(/[ \t]+/g, ' ').trim())
    .join('\n')
    .trim();

/** A row alone is no table, nor are rows of one cell. */
function addTable(builder: DocumentBuilder, rows: readonly string[][]): void {
  const width = Math.max(0, ...rows.map(({ length }) => length));
  const grid = rows.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? ''));
  if (rows.length < 2 || width < 2) {
    for (const row of rows) builder.add('paragraph', row.filter(Boolean).join(' | '));
    return;
  }
  for (const table of pipeTables(grid)) builder.add('table', table);
  keepTable(builder, '', grid);
}

/** @param source its bytes, one a character */
function textOf(source: string): string {
  let encoding = 'windows-1252';
  const groups: Group[] = [];
  let group: Group = { isSilent: false, skip: 1, isNote: false };
  let bytes: number[] = [];
  let toSkip = 0;
  let isFirst = false;
  let text = '';
  const put = (words: string) => {
    if (bytes.length > 0) text += iconv.decode(Buffer.from(bytes), encoding);
    bytes = [];
    if (!group.isSilent) text += words;
  };
  for (const [, edge, word, number, hex, escape, plain] of source.matchAll(TOKEN)) {
    const opensGroup = isFirst;
    isFirst = edge === '{';
    if (edge === '{') groups.push({ ...group });
    else if (edge === '}') {
      const outer = groups.pop() ?? group;
      put(group.isNote && !outer.isNote ? ')' : '');
      group = outer;
      toSkip = 0;
    } else if (hex) {
      if (toSkip > 0) toSkip--;
      else if (!group.isSilent) bytes.push(Number.parseInt(hex, 16));
    } else if (word === 'u') {
      put(String.fromCharCode((Number(number) + 65_536) % 65_536));
      toSkip = group.skip;
    } else if (word === 'uc') group.skip = Number(number);
    else if (word === 'ansicpg') encoding = iconv.encodingExists(`cp${number}`) ? `cp${number}` : encoding;
    else if (word) {
      if (opensGroup && SILENT.has(word)) group.isSilent = true;
      else if (opensGroup && word === 'footnote') {
        group.isNote = true;
        put(' (');
      } else if (LETTERS[word]) put(group.isNote ? ' ' : LETTERS[word]);
      // Deleted text, and hidden text, up to the end of their group.
      else if ((word === 'deleted' || word === 'v') && number !== '0') group.isSilent = true;
    } else if (escape === '*') group.isSilent = true;
    else if (escape) put(LETTERS[escape] ?? (/[\\{}]/.test(escape) ? escape : ''));
    else if (plain) {
      put(plain.slice(Math.min(toSkip, plain.length)));
      toSkip = Math.max(0, toSkip - plain.length);
    }
  }
  put('');
  return text;
}

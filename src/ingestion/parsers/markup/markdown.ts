import type { Nodes, RootContent, Yaml } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';
import { DocumentBuilder, documentOf } from '../document-builder.js';
import { withoutEncodedData } from '../text/encoded-data.js';
import { linesOf } from '../text/lines.js';
import type { Block, ParsedDocument } from '../parsed-document.js';
import { parsePlainText } from '../text/plain-text.js';
import { ofText } from '../text/text-file.js';
import { keepTable } from '../tables/text-table.js';

/** A table is cut between rows into blocks of about this size. */
const TABLE_CHARS = 900;
/** What is longer is read as plain text: the grammar takes up to 11 s of computing a million characters. */
const MAX_CHARS = 2_000_000;
/** A line that begins so many quotes and lists is read as plain text: the grammar takes time by their product. */
const NESTS_TOO_DEEP = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))){100}(?=.*[^-*\s])/m;
/** Only blocks are searched for. What stands within a line is left as it is, and reading it takes most of the time. */
const WITHIN_LINES = [
  'attention',
  'autolink',
  'characterEscape',
  'characterReference',
  'codeText',
  'hardBreakEscape',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
];

const FRONT_MATTER: ('yaml' | 'toml')[] = ['yaml', 'toml'];
const extensions = [gfmTable(), frontmatter(FRONT_MATTER), { disable: { null: WITHIN_LINES } }];
const mdastExtensions = [gfmTableFromMarkdown(), frontmatterFromMarkdown(FRONT_MATTER)];

/**
 * Markdown as it stands in the file, but for encoded pictures. Blocks leave out what is markup alone: hashes, fences,
 * rules, comments, tags around words. Front matter is a block, since it has content that the text lacks.
 */
export function parseMarkdown(source: string): ParsedDocument {
  const { text, warnings } = withoutEncodedData(source);
  if (text.length > MAX_CHARS || NESTS_TOO_DEEP.test(text)) return { ...parsePlainText(text), warnings };
  const blocks: Block[] = [];
  const kept = new DocumentBuilder();
  let title: string | undefined;
  let lastHeading = '';
  for (const node of fromMarkdown(text, { extensions, mdastExtensions }).children) {
    if (isFrontMatter(node)) title = /^title[ \t]*[:=][ \t]*(["']?)(.+)\1[ \t]*$/m.exec(node.value)?.[2];
    blocks.push(...blocksOf(text, node));
    if (node.type === 'heading') {
      const { start, end } = contentOf(node);
      lastHeading = shownText(text.slice(start, end));
    }
    if (node.type === 'table') keepTable(kept, lastHeading, gridOf(text, node));
  }
  const first = blocks.find(({ kind, level }) => kind === 'heading' && level === 1);
  const document = documentOf(text, blocks, title ?? (first && text.slice(first.start, first.end)));
  return { ...document, tables: kept.tables, warnings: [...warnings, ...kept.warnings] };
}

export const parse = ofText(parseMarkdown);

function blocksOf(text: string, node: RootContent): Block[] {
  const { start, end } = rangeOf(node);
  if (isFrontMatter(node)) return trimmed(text, 'paragraph', inner(text, start, end));
  switch (node.type) {
    case 'heading':
      return trimmed(text, 'heading', contentOf(node), node.depth);
    case 'code':
      return trimmed(text, 'code', codeOf(text, start, end));
    case 'list':
      return outsideComments(text, 'list', start, end);
    case 'table':
      return tableOf(text, start, end);
    case 'html':
      return htmlOf(text, start, end);
    case 'thematicBreak':
    case 'definition':
      return [];
    default:
      return outsideComments(text, 'paragraph', start, end);
  }
}

/** Front matter of YAML between dashes, or of TOML between plus signs. */
const isFrontMatter = (node: { type: string }): node is Yaml => node.type === 'yaml' || node.type === 'toml';

function rangeOf({ position }: Nodes) {
  return { start: position?.start.offset ?? 0, end: position?.end.offset ?? 0 };
}

/** The words of a heading without its marks. */
function contentOf(node: Extract<RootContent, { type: 'heading' }>) {
  const [first, last] = [node.children[0], node.children.at(-1)];
  return first && last ? { start: rangeOf(first).start, end: rangeOf(last).end } : { start: 0, end: 0 };
}

/** Code without its fences; indented code has none. */
function codeOf(text: string, start: number, end: number) {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(text.slice(start, end))?.[1];
  if (!fence) return { start, end };
  const range = inner(text, start, end, false);
  const last = text.slice(text.lastIndexOf('\n', end - 1) + 1, end).replace(/^[ \t>]*/, '');
  const isClosed = last.startsWith(fence) && end > range.start;
  return { start: range.start, end: isClosed ? Math.max(range.start, text.lastIndexOf('\n', end - 1)) : end };
}

/** A range without its first line, and without its last unless that may be content. */
function inner(text: string, start: number, end: number, hasLast = true) {
  const from = text.indexOf('\n', start) + 1;
  if (from === 0 || from > end) return { start: end, end };
  return { start: from, end: hasLast ? Math.max(from, text.lastIndexOf('\n', end - 1)) : end };
}

/** The cells of a table as a reader sees them. */
const gridOf = (text: string, { children }: Extract<RootContent, { type: 'table' }>): string[][] =>
  children.map((row) =>
    row.children.map((cell) => {
      const [first, last] = [cell.children[0], cell.children.at(-1)];
      return first && last ? shownText(text.slice(rangeOf(first).start, rangeOf(last).end)) : '';
    }),
  );

/** Without the marks of emphasis, code, links and escapes. */
const shownText = (source: string): string =>
  source
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<\/?[a-z][^<>]*>/gi, ' ')
    .replace(/(?<!\\)(\*\*|__|~~|`|\*|(?<!\w)_|_(?!\w))/g, '')
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '')
    .trim();

function tableOf(text: string, start: number, end: number): Block[] {
  const blocks: Block[] = [];
  let from = start;
  let to = start;
  for (const line of linesOf(text.slice(start, end))) {
    const lineEnd = start + line.end;
    if (to > from && lineEnd - from > TABLE_CHARS) {
      blocks.push(...trimmed(text, 'table', { start: from, end: to }));
      from = start + line.start;
    }
    to = lineEnd;
  }
  return [...blocks, ...trimmed(text, 'table', { start: from, end: to })];
}

/** The words among tags. A comment that is never closed is read as text: otherwise it would hide all that follows. */
function htmlOf(text: string, start: number, end: number): Block[] {
  const html = text.slice(start, end);
  if (/<!--(?![^]*-->)/.test(html)) {
    return parsePlainText(html).blocks.map((block) => ({
      ...block,
      start: start + block.start,
      end: start + block.end,
    }));
  }
  return outsideComments(text, 'paragraph', start, end);
}

/** What a range shows: comments, scripts and the tags around words are no part of it. */
function outsideComments(text: string, kind: Block['kind'], start: number, end: number): Block[] {
  const blocks: Block[] = [];
  let from = start;
  // What stands between backticks is shown as it is.
  const hidden =
    /(?<!`)(`+)(?!`)[^`](?:(?!\n\s*\n)[^]){0,300}?(?<!`)\1(?!`)|<!--[^]*?-->|<(script|style)\b[^]*?<\/\2\s*>/gi;
  for (const { index, 0: comment, 1: code } of text.slice(start, end).matchAll(hidden)) {
    if (code) continue;
    blocks.push(...withoutOuterTags(text, kind, from, start + index));
    from = start + index + comment.length;
  }
  return [...blocks, ...withoutOuterTags(text, kind, from, end)];
}

const TAG = '<\\/?[a-z][^<>]*>';
const LEADING_TAGS = new RegExp(`^(?:\\s|${TAG})+`, 'i');
const TRAILING_TAGS = new RegExp(`(?:\\s|${TAG})+$`, 'i');

function withoutOuterTags(text: string, kind: Block['kind'], start: number, end: number): Block[] {
  const words = text.slice(start, end);
  // A list's marks and their indentation are part of it.
  if (!words.includes('<')) return trimmed(text, kind, { start, end });
  const leading = LEADING_TAGS.exec(words)?.[0].length ?? 0;
  const trailing = leading < words.length ? (TRAILING_TAGS.exec(words.slice(-2_000))?.[0].length ?? 0) : 0;
  return trimmed(text, kind, { start: start + leading, end: end - trailing });
}

function trimmed(
  text: string,
  kind: Block['kind'],
  range: { start: number; end: number },
  level?: number,
): Block[] {
  const words = text.slice(range.start, range.end);
  const start = range.start + words.length - words.trimStart().length;
  const end = start + words.trim().length;
  return end > start ? [{ kind, start, end, ...(level && { level }) }] : [];
}

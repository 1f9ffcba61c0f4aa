import { LineCursor } from './line-cursor.js';

/** A block quote, or a list item with the column of its content, relative to its parent. */
type Container = { kind: 'quote' } | { kind: 'item'; indent: number; isEmpty: boolean };

/** The open block that the next line may continue. */
type Leaf = { kind: 'none' | 'paragraph' | 'indented' } | { kind: 'fence'; mark: string; length: number };

/** Parser state between two lines, by CommonMark's rules for blocks. */
export interface BlockState {
  containers: readonly Container[];
  leaf: Leaf;
  /** After the delimiter row of a table, where each row is parsed separately. */
  inTable: boolean;
}

export interface LineStart {
  /** `code` and `blank` lines contain no inline syntax. */
  kind: 'text' | 'code' | 'blank';
  /** UTF-16 units before the text: indentation and markers of quotes, lists and headings. */
  length: number;
  /** Whether the text continues the paragraph of the previous line. */
  continues: boolean;
  /** Whether it looks like the delimiter row of a table. */
  isDelimiterRow: boolean;
  /**
   * UTF-16 units in which tabs are to become spaces: the markers of quotes and lists, where readers differ about tab stops,
   * and four columns behind them, which make code.
   */
  tabsEnd: number;
  /** Position of a marker to escape: one that only some Markdown readers recognize, or that nests too deep; else null. */
  escapeAt: number | null;
  next: BlockState;
}

export const START: BlockState = { containers: [], leaf: { kind: 'none' }, inTable: false };
const PARAGRAPH: BlockState = { containers: [], leaf: { kind: 'paragraph' }, inTable: false };
const TABLE: BlockState = { ...PARAGRAPH, inTable: true };

/** A longer line start is decided without further input. */
export const MAX_LINE_START = 1_000;
/** Maximum nesting of quotes and list items: each line costs its depth. Markers that nest deeper are escaped. */
const MAX_DEPTH = 32;
const CODE_INDENT = 4;
const THEMATIC_BREAK = /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/;
const SETEXT = /^(?:=+|-+)[ \t]*$/;
const HEADING = /^#{1,6}(?:[ \t]+|$)/;
const FENCE = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
const LIST_MARKER = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/;
const DELIMITER_ROW = /^(?=.*-)(?=.*[|:])[\s|:-]+$/;
/** Start of a line without block markers, outside containers. */
const PLAIN_START = /^\p{L}/u;
/** Lines of these characters alone are still undecided. */
const MAY_CLOSE = /^[\s>`~]*$/;
const UNDECIDED = /^[\s>#+*_=~`|:.)\d-]*$/;

/**
 * Parses the start of a line.
 * @param line without its line ending
 * @param isComplete whether the line ending was received; otherwise more of the line may follow
 * @returns null while the result depends on further input
 */
export function startLine(state: BlockState, line: string, isComplete: boolean): LineStart | null {
  const { leaf } = state;
  if (state.containers.length === 0 && leaf.kind !== 'fence' && PLAIN_START.test(line))
    return plainLine(state);
  const mayCome = leaf.kind === 'fence' ? MAY_CLOSE : UNDECIDED;
  if (!isComplete && mayCome.test(line)) return null;
  const cursor = new LineCursor(line);
  const matched = matchContainers(state.containers, cursor);
  // Some readers accept this as the quote's marker.
  const isIndentedQuote =
    state.containers[matched.length]?.kind === 'quote' &&
    cursor.indent >= CODE_INDENT &&
    cursor.rest.trimStart().startsWith('>');
  const quoteAt = isIndentedQuote ? cursor.textAt : null;
  const start = startBelow(state, matched, cursor, line, isComplete);
  const isContained = start && (state.containers.length > 0 || start.next.containers.length > 0);
  if (!isContained) return start;
  // Code keeps its own tabs.
  const isFenced = leaf.kind === 'fence' && start.next.leaf === leaf;
  const tabsEnd = cursor.indexBehind(isFenced ? 0 : CODE_INDENT);
  return { ...start, tabsEnd, escapeAt: quoteAt ?? start.escapeAt };
}

function startBelow(
  state: BlockState,
  matched: readonly Container[],
  cursor: LineCursor,
  line: string,
  isComplete: boolean,
): LineStart | null {
  const { leaf } = state;
  const inside = matched.length === state.containers.length;
  if (leaf.kind === 'fence' && inside) {
    const closing = new RegExp(`^\\${leaf.mark}{${leaf.length},}[ \\t]*$`);
    const closes = cursor.indent <= 3 && closing.test(cursor.rest.trimStart());
    return code(line, { ...state, containers: matched, leaf: closes ? { kind: 'none' } : leaf });
  }
  if (!isComplete && UNDECIDED.test(line)) return null;
  if (cursor.isBlank) return blank(state, matched, line);
  return startBlocks(state, matched, cursor, line, isComplete);
}

/** Fast path for most lines of an answer: text that begins or continues a paragraph. */
function plainLine({ leaf, inTable }: BlockState): LineStart {
  const continues = leaf.kind === 'paragraph';
  return textLine(0, continues && inTable ? TABLE : PARAGRAPH, continues, false);
}

function startBlocks(
  state: BlockState,
  matched: readonly Container[],
  cursor: LineCursor,
  line: string,
  isComplete: boolean,
): LineStart | null {
  const { leaf } = state;
  const isDelimiterRow = DELIMITER_ROW.test(cursor.rest);
  let containers = matched;
  let inside = matched.length === state.containers.length;
  let hasParagraph = leaf.kind === 'paragraph';
  let escaped: string | null = null;
  for (;;) {
    if (cursor.isBlank) return code(line, { containers, leaf: { kind: 'none' }, inTable: false });
    const text = cursor.rest.trimStart();
    if (cursor.indent >= CODE_INDENT) {
      if (!hasParagraph) return code(line, { containers, leaf: { kind: 'indented' }, inTable: false });
      break;
    }
    const isFull = containers.length >= MAX_DEPTH;
    if (text.startsWith('>')) {
      if (isFull) {
        escaped = '>';
        break;
      }
      cursor.quote();
      containers = [...containers, { kind: 'quote' }];
    } else if (HEADING.test(text)) {
      cursor.skip(cursor.indent + HEADING.exec(text)![0].length);
      const length = cursor.textAt;
      return textLine(length, { containers, leaf: { kind: 'none' }, inTable: false }, false, false);
    } else if (/^(?:`{3}|~{3})/.test(text)) {
      if (!isComplete) return null;
      const [, backticks, tildes] = FENCE.exec(text) ?? [];
      const run = backticks ?? tildes;
      if (!run) break;
      return code(line, {
        containers,
        leaf: { kind: 'fence', mark: run[0]!, length: run.length },
        inTable: false,
      });
    } else if (hasParagraph && inside && SETEXT.test(text)) {
      return code(line, { containers, leaf: { kind: 'none' }, inTable: false });
    } else if (THEMATIC_BREAK.test(text)) {
      return code(line, { containers, leaf: { kind: 'none' }, inTable: false });
    } else {
      const item = listItem(text, hasParagraph && inside);
      // Behind a quote's paragraph some readers let only some markers begin a list.
      const behindQuote = hasParagraph && !inside && state.containers[matched.length]?.kind === 'quote';
      const isDisputed = isFull || (behindQuote && !listItem(text, true));
      if (isDisputed) escaped = item;
      if (!item || isDisputed) break;
      const indent = cursor.indent + cursor.item(item);
      containers = [...containers, { kind: 'item', indent, isEmpty: cursor.isBlank }];
    }
    // A new container begins: the previous paragraph is closed.
    inside = true;
    hasParagraph = false;
  }
  const continues = hasParagraph;
  const disputed = continues && state.inTable ? listItem(cursor.rest.trimStart(), false) : null;
  const marker = escaped ?? disputed;
  const escapeAt = marker ? cursor.textAt + marker.length - 1 : null;
  const isLazy = continues && !inside;
  const next: BlockState = {
    containers: isLazy ? state.containers : containers,
    leaf: { kind: 'paragraph' },
    inTable: isDelimiterRow || (continues && state.inTable),
  };
  return { ...textLine(cursor.textAt, next, continues, isDelimiterRow), escapeAt };
}

function matchContainers(containers: readonly Container[], cursor: LineCursor): Container[] {
  const matched: Container[] = [];
  for (const container of containers) {
    if (container.kind === 'quote') {
      if (cursor.indent > 3 || !cursor.rest.trimStart().startsWith('>')) break;
      cursor.quote();
      matched.push(container);
    } else if (cursor.isBlank) {
      // An item that began with an empty line ends at a second one.
      if (container.isEmpty) break;
      matched.push(container);
    } else {
      if (cursor.indent < container.indent) break;
      cursor.skip(container.indent);
      matched.push({ ...container, isEmpty: false });
    }
  }
  return matched;
}

function listItem(text: string, interruptsParagraph: boolean): string | null {
  const marker = LIST_MARKER.exec(text);
  if (!marker) return null;
  const isEmpty = text.slice(marker[0].length).trim() === '';
  if (interruptsParagraph && (isEmpty || (marker[1] !== undefined && Number(marker[1]) !== 1))) return null;
  return marker[0];
}

function blank(state: BlockState, containers: readonly Container[], line: string): LineStart {
  const keepsCode = state.leaf.kind === 'indented' && containers.length === state.containers.length;
  const leaf: Leaf = keepsCode ? state.leaf : { kind: 'none' };
  return { ...code(line, { containers, leaf, inTable: false }), kind: 'blank' };
}

const code = (line: string, next: BlockState): LineStart => ({
  kind: 'code',
  length: line.length,
  continues: false,
  isDelimiterRow: false,
  tabsEnd: 0,
  escapeAt: null,
  next,
});

const textLine = (
  length: number,
  next: BlockState,
  continues: boolean,
  isDelimiterRow: boolean,
): LineStart => ({
  kind: 'text',
  length,
  continues,
  isDelimiterRow,
  tabsEnd: 0,
  escapeAt: null,
  next,
});

/** The rest of the line at a position, without its line ending. */
export function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at, end < 0 ? undefined : end);
}

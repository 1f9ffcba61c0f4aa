import MarkdownIt from 'markdown-it';
import type Token from 'markdown-it/lib/token.mjs';

/** Raw HTML stays text, and `javascript:` and the like are no links. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

/**
 * Maximum length of a block marker: after this many characters the kind of a line is known (`123456789. ` and an
 * indent).
 */
const LONGEST_MARKER = 15;

/** A block at the top of a text: a paragraph, a list, a table. */
export interface Block {
  /** Stays the same while the text grows. */
  key: number;
  tokens: readonly Token[];
  /** Line range in the text: start, and exclusive end. */
  lines: readonly [number, number];
}

/**
 * Incremental block parser for growing text. Blocks before the last one are final, so that only the last is parsed
 * again: the cost per token is independent of the length of the answer.
 */
export class GrowingBlocks {
  private finished: Block[] = [];
  private text = '';
  /** Start of the open block, in characters and lines. */
  private openAt = 0;
  private openLine = 0;

  update(text: string): readonly Block[] {
    // A reset: the text was replaced.
    if (!text.startsWith(this.text)) this.clear();
    this.text = text;
    const open = blocksOf(text.slice(this.openAt), this.finished.length, this.openLine);
    const last = open.at(-1);
    const shown = [...this.finished, ...open];
    if (!last || open.length === 1) return shown;
    const lastAt = this.openAt + offsetOfLine(text.slice(this.openAt), last.lines[0] - this.openLine);
    // The beginning of a line may still belong to the previous block: `2` becomes `2.`, the next item of a list.
    if (text.length < lastAt + LONGEST_MARKER && !text.includes('\n', lastAt)) return shown;
    this.finished = shown.slice(0, -1);
    this.openAt = lastAt;
    this.openLine = last.lines[0];
    return shown;
  }

  private clear(): void {
    this.finished = [];
    this.openAt = 0;
    this.openLine = 0;
  }
}

export function blocksOf(text: string, firstKey = 0, firstLine = 0): Block[] {
  const blocks: Block[] = [];
  let tokens: Token[] = [];
  for (const token of markdown.parse(text, {})) {
    tokens.push(token);
    if (token.level > 0 || token.nesting > 0) continue;
    const [from, to] = tokens[0]?.map ?? [0, 0];
    blocks.push({ key: firstKey + blocks.length, tokens, lines: [from + firstLine, to + firstLine] });
    tokens = [];
  }
  return blocks;
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let i = 0; i < line; i += 1) at = text.indexOf('\n', at) + 1;
  return at;
}

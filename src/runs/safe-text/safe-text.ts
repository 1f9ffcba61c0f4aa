import { readCitations } from './citations.js';
import { findClosing } from './code-spans.js';
import { readAngle } from './html-tags.js';
import { withoutTabs } from './line-cursor.js';
import {
  BACKTICKS,
  BLANKS,
  CITATION,
  matchAt,
  MAX_BACKTICKS,
  MAX_BLANKS,
  PLAIN,
  readEscape,
  type Step,
  turnIn,
  WORDS,
} from './plain-text.js';
import { lineAt, MAX_LINE_START, START, startLine, type BlockState } from './markdown-blocks.js';

/** Length of the lookbehind, in UTF-16 units: enough to classify the following text. */
const MAX_TAIL = 120;
/** Length at which `written` is cut: cutting copies it, but a chain of appended tokens costs the garbage collector more. */
const MAX_WRITTEN = 256;
const LINE_BEGINNING = /\n[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t][ \t>]*)*$/;

/**
 * Sanitizes a streamed answer: removes citations of nonexistent sources, and links, images and HTML, which a
 * document could have injected (prompt injection). Code is unchanged: fences, indented blocks and code spans by
 * CommonMark's rules. The result does not depend on how the text is split into tokens.
 */
export class SafeText {
  /** Sources the answer may cite, as [1] … [sourceCount]. */
  sourceCount: number;
  /** Numbers of the sources cited so far. */
  readonly cited = new Set<number>();
  private pending = '';
  private blocks: BlockState = START;
  private atLineStart = true;
  /** The rest of the line has no inline syntax. */
  private isRaw = false;
  /** The end of this paragraph's output, at least `MAX_TAIL` of it. */
  private written = '';
  /** The rest of the line defines a note of a source that does not exist. */
  private isDropped = false;
  /** Inside brackets at the start of a line, which may be a link reference definition. */
  private inLabel = false;
  /** A code span of this line may be split by table cells: later spans are not certain to be code. */
  private hasAmbiguity = false;
  /** In a paragraph with brackets, markdown-it loses code spans before an unmatched run of backticks. */
  private hasBracket = false;

  constructor(sourceCount = 0) {
    this.sourceCount = sourceCount;
  }

  /** The next token, sanitized; its end may be buffered until the following token. */
  push(token: string): string {
    if (
      !this.pending &&
      !this.atLineStart &&
      !this.isRaw &&
      !this.isDropped &&
      WORDS.test(token) &&
      turnIn(token, true) < 0
    ) {
      this.write(token);
      return token;
    }
    return this.take(token, false);
  }

  /** Flushes the buffered text. */
  end(): string {
    return this.take('', true);
  }

  private write(text: string): void {
    this.written += text;
    if (this.written.length > MAX_WRITTEN) this.written = this.tail;
  }

  private get tail(): string {
    return this.written.slice(-MAX_TAIL);
  }

  private take(token: string, isLast: boolean): string {
    let text = this.pending + token;
    const held = !isLast && text.endsWith('\r') ? '\r' : '';
    if (text.includes('\r')) text = text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n');
    let cleaned = '';
    let at = 0;
    while (at < text.length) {
      const step = this.atLineStart ? this.startLine(text, at, isLast) : this.step(text, at, isLast);
      if (!step) break;
      cleaned += step.out;
      at = step.end;
    }
    this.pending = text.slice(at) + held;
    return cleaned;
  }

  private startLine(text: string, at: number, isLast: boolean): Step | null {
    const line = lineAt(text, at);
    const ends = at + line.length < text.length || isLast;
    const isTooLong = line.length > MAX_LINE_START;
    const start = startLine(this.blocks, line, ends || isTooLong);
    if (!start) return null;
    const opensFence = start.next.leaf.kind === 'fence' && start.next.leaf !== this.blocks.leaf;
    this.enter(start.next, start.kind !== 'text', start.continues);
    const out = (end: number) => withoutTabs(line.slice(0, end), Math.min(start.tabsEnd, end));
    if (start.escapeAt !== null) return { end: at + start.escapeAt, out: `${out(start.escapeAt)}\\` };
    const begun = out(start.length);
    // A line that is treated as complete needs a line ending for its reader too.
    const cut = !ends && isTooLong && start.length === line.length;
    if (cut) this.atLineStart = true;
    // Some readers parse a fence with a pipe as a table header.
    const shown = opensFence ? begun.replaceAll('|', '/') : begun;
    return { end: at + start.length, out: cut ? `${shown}\n` : shown };
  }

  private enter(blocks: BlockState, isRaw: boolean, continues: boolean): void {
    this.blocks = blocks;
    this.atLineStart = false;
    this.isRaw = isRaw;
    this.hasAmbiguity = this.isDropped = false;
    if (continues) this.write('\n');
    else this.written = '\n';
    if (!continues) this.inLabel = this.hasBracket = false;
  }

  private step(text: string, at: number, isLast: boolean): Step | null {
    if (text[at] === '\n') {
      this.atLineStart = true;
      return { end: at + 1, out: '\n' };
    }
    if (this.isDropped) return { end: at + lineAt(text, at).length, out: '' };
    if (this.isRaw) {
      const line = lineAt(text, at);
      return { end: at + line.length, out: line };
    }
    const piece = this.piece(text, at, isLast);
    if (piece) this.write(piece.out);
    return piece;
  }

  private piece(text: string, at: number, isLast: boolean): Step | null {
    const plain = matchAt(PLAIN, text, at);
    const marked = plain ? turnIn(plain, at + plain.length === text.length && !isLast) : -1;
    if (plain && marked !== 0) {
      const out = marked > 0 ? plain.slice(0, marked) : plain;
      return { end: at + out.length, out };
    }
    switch (text[at]) {
      case '`':
        return this.codeSpan(text, at, isLast);
      case ']':
        return { end: at + 1, out: ']' };
      case ':':
        return this.colon(at);
      default:
        return this.citations(text, at, isLast);
    }
  }

  private colon(at: number): Step {
    const defines = this.inLabel && this.written.endsWith(']');
    if (this.written.endsWith(']')) this.inLabel = false;
    return { end: at + 1, out: defines ? ' :' : ':' };
  }

  private angle(text: string, at: number, isLast: boolean): Step | null {
    const angle = readAngle(text, at, this.beginsLine, isLast);
    if (!angle) return null;
    if (angle.kind === 'address') return { end: angle.end, out: text.slice(at, angle.end) };
    return { end: at + 1, out: angle.kind === 'tag' ? '&lt;' : '<' };
  }

  private citations(text: string, at: number, isLast: boolean): Step | null {
    const space = matchAt(BLANKS, text, at) ?? '';
    const from = at + space.length;
    if (space.length === MAX_BLANKS) return { end: from, out: space };
    const next = text[from];
    if (next === undefined && !isLast) return null;
    const isTurn = next === 'c' && turnIn(text.slice(from, from + 150), !isLast) === 0;
    if (next === undefined || (!isTurn && !CITATION.test(next)))
      return space ? { end: from, out: space } : { end: from + 1, out: text.slice(from, from + 1) };
    const found = readCitations(text, from, {
      before: this.tail.replace(/^[^]*\n/, ''),
      space,
      sourceCount: this.sourceCount,
      isLast,
    });
    if (!found) return null;
    if (found === 'none') return this.noCitation(next, space, text, from, isLast);
    for (const n of found.cited) this.cited.add(n);
    this.isDropped ||= found.dropsLine === true;
    const lead = found.dropsSpace ? '' : space;
    if (found.text.includes('[')) {
      this.openLabel();
      this.hasBracket = true;
    }
    return { end: found.end, out: lead + found.text };
  }

  private noCitation(next: string, space: string, text: string, at: number, isLast: boolean): Step | null {
    if (next === '{' || next === 'c' || next === '\uE200') return { end: at + 1, out: space + next };
    if (next !== '<' && next !== '\\') return this.bracket(next, space, at);
    // The classification of a `<` depends on the text before it.
    if (space) return { end: at, out: space };
    return next === '<' ? this.angle(text, at, isLast) : readEscape(text, at, isLast);
  }

  private bracket(opening: string, space: string, at: number): Step {
    // Without the space `](` would make a link or an image.
    if (opening === '(' && !space && this.written.endsWith(']')) return { end: at + 1, out: ' (' };
    if (opening === '[') {
      this.openLabel();
      this.hasBracket = true;
    }
    return { end: at + 1, out: space + opening };
  }

  private openLabel(): void {
    this.inLabel = this.beginsLine;
  }

  /** Whether the line so far has only markers of quotes and lists; readers with tables recognize more of them. */
  private get beginsLine(): boolean {
    return LINE_BEGINNING.test(this.tail);
  }

  private codeSpan(text: string, at: number, isLast: boolean): Step | null {
    const run = matchAt(BACKTICKS, text, at)!;
    if (run.length === MAX_BACKTICKS) return { end: at + run.length, out: '\\`'.repeat(run.length) };
    if (at + run.length === text.length && !isLast) return null;
    const closing = findClosing(this.blocks, text, at + run.length, run.length, isLast);
    if (!closing) return null;
    if (closing === 'none' && !this.hasBracket) return { end: at + run.length, out: run };
    if (closing === 'none' || closing === 'ambiguous')
      return { end: at + run.length, out: '\\`'.repeat(run.length) };
    this.blocks = closing.blocks;
    const code = text.slice(at, closing.end);
    const isAmbiguous = this.hasAmbiguity || code.includes('|');
    this.hasAmbiguity = isAmbiguous && !/\n[^|]*$/.test(code);
    const safe = isAmbiguous ? code.replace(/<(?=[a-z/!?])/gi, '&lt;').replaceAll('](', '] (') : code;
    // The label of a link is parsed before its code.
    return { end: closing.end, out: this.inLabel ? safe.replaceAll(']:', '] :') : safe };
  }
}

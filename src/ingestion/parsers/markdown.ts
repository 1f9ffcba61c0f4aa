import { documentOf } from './document-builder.js';
import { linesOf, type Line } from './lines.js';
import type { Block, ParsedDocument } from './parsed-document.js';
import { ofText } from './text-file.js';

/** A table is cut between rows into blocks of about this size. */
const TABLE_CHARS = 900;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+|$)/;
const CLOSING_HASHES = /[ \t]#+[ \t]*$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]+\S|$)/;
const INDENTED = /^(?: {2,}|\t)\s*\S/;
const COMMENT = /^ {0,3}<!--/;
/** The line below the header of a table has dashes and a pipe or two. */
const TABLE_RULE = /^[ \t|:-]+$/;

/** Markdown as it stands in the file. Blocks leave out what is markup alone: hashes, fences, rules, comments. */
export function parseMarkdown(text: string): ParsedDocument {
  const scan = new MarkdownScan(text);
  const blocks = scan.blocks();
  const first = blocks.find(({ kind, level }) => kind === 'heading' && level === 1);
  return documentOf(text, blocks, scan.title ?? (first && text.slice(first.start, first.end)));
}

export const parse = ofText(parseMarkdown);

/** One walk through the lines of a text. */
class MarkdownScan {
  /** From the front matter. */
  title?: string;
  private readonly found: Block[] = [];
  private readonly lines: Line[];
  private readonly lastCommentEnd: number;
  private at = 0;

  constructor(private readonly text: string) {
    this.lines = linesOf(text);
    this.lastCommentEnd = text.lastIndexOf('-->');
  }

  blocks(): Block[] {
    this.skipFrontMatter();
    while (this.at < this.lines.length) this.next();
    return this.found;
  }

  private next(): void {
    const line = this.words();
    const fence = FENCE.exec(line)?.[1];
    const hashes = HEADING.exec(line);
    if (isBlank(line) || RULE.test(line)) this.at++;
    else if (fence) this.takeCode(fence);
    else if (hashes) this.takeHeading(hashes[0].length, hashes[1]!.length);
    else if (this.isComment()) this.skipComment();
    else if (this.isTable()) this.takeTable();
    else if (ITEM.test(line)) this.takeList();
    else this.takeParagraph();
  }

  /** The words of a line, counted from the one that is next. */
  private words(ahead = 0): string {
    const line = this.lines[this.at + ahead];
    return line ? this.text.slice(line.start, line.end) : '';
  }

  /** Adds the lines from `from` up to the one that is next. */
  private add(kind: Block['kind'], from: number, level?: number): void {
    if (this.at > from) this.addRange(kind, this.lines[from]!.start, this.lines[this.at - 1]!.end, level);
  }

  private addRange(kind: Block['kind'], from: number, to: number, level?: number): void {
    const words = this.text.slice(from, to);
    const start = from + words.length - words.trimStart().length;
    const end = start + words.trim().length;
    if (end > start) this.found.push({ kind, start, end, ...(level && { level }) });
  }

  private skipFrontMatter(): void {
    if (this.words() !== '---') return;
    const close = this.lines.findIndex((_, i) => i > 0 && /^(---|\.\.\.)[ \t]*$/.test(this.words(i)));
    if (close < 0) return;
    for (this.at = 1; this.at < close; this.at++) {
      this.title ??= /^title:[ \t]*(["']?)(.+)\1[ \t]*$/.exec(this.words())?.[2];
    }
    this.at = close + 1;
  }

  private isComment(): boolean {
    return COMMENT.test(this.words()) && this.lines[this.at]!.start < this.lastCommentEnd;
  }

  private skipComment(): void {
    const close = this.text.indexOf('-->', this.lines[this.at]!.start);
    while (this.at < this.lines.length && this.lines[this.at]!.start <= close) this.at++;
  }

  private takeCode(fence: string): void {
    const isClosing = (line: string) => {
      const marks = line.trim();
      return marks.length >= fence.length && marks === fence[0]!.repeat(marks.length);
    };
    const from = ++this.at;
    while (this.at < this.lines.length && !isClosing(this.words())) this.at++;
    this.add('code', from);
    this.at++;
  }

  private takeHeading(marks: number, level: number): void {
    const { start, end } = this.lines[this.at++]!;
    const closing = CLOSING_HASHES.exec(this.text.slice(start + marks, end))?.[0].length ?? 0;
    this.addRange('heading', start + marks, end - closing, level);
  }

  private isTable(): boolean {
    const rule = this.words(1);
    return this.words().includes('|') && TABLE_RULE.test(rule) && rule.includes('|') && rule.includes('-');
  }

  private takeTable(): void {
    let from = this.at;
    for (this.at += 2; this.at < this.lines.length && this.words().includes('|'); this.at++) {
      if (this.lines[this.at]!.end - this.lines[from]!.start <= TABLE_CHARS) continue;
      this.add('table', from);
      from = this.at;
    }
    this.add('table', from);
  }

  private takeList(): void {
    const from = this.at++;
    for (; this.at < this.lines.length; this.at++) {
      const line = this.words();
      const belongs = ITEM.test(line) || INDENTED.test(line);
      if (isBlank(line) ? !this.listGoesOn() : !belongs && (this.startsBlock() || isBlank(this.words(-1))))
        break;
    }
    this.add('list', from);
  }

  /** Whether the list has more after an empty line. */
  private listGoesOn(): boolean {
    const line = this.words(1);
    return ITEM.test(line) || INDENTED.test(line);
  }

  private takeParagraph(): void {
    const from = this.at++;
    for (; this.at < this.lines.length && !isBlank(this.words()); this.at++) {
      const line = this.words();
      if (UNDERLINE.test(line)) {
        this.add('heading', from, line.trim().startsWith('=') ? 1 : 2);
        this.at++;
        return;
      }
      if (this.startsBlock()) break;
    }
    this.add('paragraph', from);
  }

  /** Whether what is next ends a paragraph without an empty line between. */
  private startsBlock(): boolean {
    const line = this.words();
    const marks = [FENCE, HEADING, RULE];
    return (
      this.isComment() ||
      marks.some((mark) => mark.test(line)) ||
      /^ {0,3}(?:[-*+]|1[.)])[ \t]+\S/.test(line) ||
      this.isTable()
    );
  }
}

const isBlank = (line: string) => line.trim() === '';

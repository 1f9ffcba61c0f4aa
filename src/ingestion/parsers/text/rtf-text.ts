import iconv from 'iconv-lite';
import { raised } from '../raised.js';
import { isHalf, RtfFonts } from './rtf-fonts.js';

/** Groups that are no text: colours, pictures, headers, what fields are made of, shapes for older programs. */
const SILENT = new Set(
  (
    'colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf object themedata ' +
    'colorschememapping listtable listoverridetable rsidtbl generator datastore xmlnstbl latentstyles fldinst annotation ' +
    'atnid atnauthor bkmkstart bkmkend revtbl filetbl sp shprslt nonshppict nonesttables'
  ).split(' '),
);
/** What programs may skip that do not know it, and is text nevertheless: drawings with text boxes. */
const SHOWN = new Set(['shpinst', 'shptxt']);
const IN_HEAD = new Set(['ansicpg', 'deff', 'mac', 'pc', 'pca']);

/** The ends of a cell and of a row, and what begins one; some programs repeat that at its end. */
export const CELL = '\u001F';
export const ROW = '\u001E';
export const ROW_START = '\u001D';
const LETTERS: Record<string, string> = {
  par: '\n\n',
  sect: '\n\n',
  page: '\n\n',
  shptxt: '\n\n',
  line: '\n',
  row: ROW,
  cell: CELL,
  trowd: ROW_START,
  nestcell: ' ',
  nestrow: '\n',
  tab: ' ',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
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
const LINE_ENDS = ['\n', CELL, ROW, ROW_START];
const STRUCK = '~~';

/** What holds within a group. */
interface Group {
  isSilent: boolean;
  isFonts: boolean;
  /** Whether it is the text of a footnote: in brackets where that is referred to, and no paragraphs of their own. */
  isNote: boolean;
  isBox: boolean;
  /** How many characters after `\u` stand for programs that do not know it. */
  skip: number;
  font: string | undefined;
  isHidden: boolean;
  isDeleted: boolean;
  isStruck: boolean;
  isRaised: boolean;
}

/** As text begins in a document, and after `\plain`. */
const PLAIN = { font: undefined, isHidden: false, isDeleted: false, isStruck: false, isRaised: false };

/** The text of a file, with marks where cells and rows end. @param source its bytes, one a character */
export function rtfText(source: string): string {
  const reader = new RtfReader();
  for (const token of source.matchAll(TOKEN)) reader.read(token);
  return reader.end();
}

class RtfReader {
  private readonly fonts = new RtfFonts();
  private readonly groups: Group[] = [];
  private group: Group = { isSilent: false, isFonts: false, isNote: false, isBox: false, skip: 1, ...PLAIN };
  private bytes: number[] = [];
  private toSkip = 0;
  private isFirst = false;
  private isStarred = false;
  private isStruck = false;
  private text = '';

  read([, edge, word, number, hex, escape, plain]: RegExpMatchArray): void {
    const opensGroup = this.isFirst;
    const wasStarred = this.isStarred;
    this.isFirst = edge === '{' || (opensGroup && escape === '*');
    this.isStarred = escape === '*';
    if (edge === '{') this.groups.push({ ...this.group });
    else if (edge) this.close();
    else if (hex) this.byte(Number.parseInt(hex, 16));
    else if (word) this.word(word, number, opensGroup, wasStarred);
    else if (escape) {
      if (escape !== '*') this.put(LETTERS[escape] ?? (/[\\{}]/.test(escape) ? escape : ''));
    } else if (plain) this.plain(plain);
  }

  end(): string {
    this.put('\n');
    return this.text;
  }

  private close(): void {
    const outer = this.groups.pop() ?? this.group;
    if (this.group.isNote && !outer.isNote) this.put(')');
    else this.put(this.group.isBox && !outer.isBox ? '\n\n' : '');
    this.group = outer;
    this.toSkip = 0;
  }

  private byte(value: number): void {
    if (this.toSkip > 0) this.toSkip--;
    else if (this.isShown()) this.bytes.push(value);
  }

  private word(word: string, number: string | undefined, opensGroup: boolean, isStarred: boolean): void {
    const { group } = this;
    const isOn = number !== '0';
    if (isStarred && !SHOWN.has(word)) group.isSilent = true;
    if (word === 'u') {
      this.put(String.fromCharCode((Number(number) + 65_536) % 65_536));
      this.toSkip = group.skip;
    } else if (word === 'uc') group.skip = Number(number);
    else if (IN_HEAD.has(word)) this.fonts.declare(word, number);
    else if (opensGroup && word === 'fonttbl') group.isFonts = group.isSilent = true;
    else if (group.isFonts) this.fonts.describe(word, number);
    else if (opensGroup && SILENT.has(word)) group.isSilent = true;
    else if (opensGroup && word === 'footnote') {
      group.isNote = true;
      this.put(' (');
    } else if (LETTERS[word]) {
      group.isBox ||= word === 'shptxt';
      this.put(group.isNote ? ' ' : LETTERS[word]);
    } else this.format(word, number, isOn);
  }

  private format(word: string, number: string | undefined, isOn: boolean): void {
    // What was read so far has the font and the format from before.
    this.put('');
    if (word === 'f') this.group.font = number;
    else if (word === 'plain') Object.assign(this.group, PLAIN);
    else if (word === 'v') this.group.isHidden = isOn;
    else if (word === 'deleted') this.group.isDeleted = isOn;
    else if (word === 'strike' || word === 'striked') this.group.isStruck = isOn;
    else if (word === 'super') this.group.isRaised = isOn;
    else if (word === 'nosupersub' || word === 'sub') this.group.isRaised = false;
  }

  private plain(words: string): void {
    const skipped = Math.min(this.toSkip, words.length);
    this.toSkip -= skipped;
    // The second byte of a character may be written as the letter that it looks like.
    const half = isHalf(this.bytes, this.encoding()) ? 1 : 0;
    if (half && this.isShown()) this.bytes.push(words.charCodeAt(skipped));
    this.put(words.slice(skipped + half));
  }

  private encoding(): string {
    return this.fonts.encodingOf(this.group.font);
  }

  private isShown(): boolean {
    const { isSilent, isHidden, isDeleted } = this.group;
    return !isSilent && !isHidden && !isDeleted;
  }

  /** Adds what the bytes so far mean, and these words. */
  private put(words: string): void {
    const { bytes } = this;
    this.bytes = [];
    if (!this.isShown()) return;
    const decoded = bytes.length > 0 ? iconv.decode(Buffer.from(bytes), this.encoding()) : '';
    const all = this.group.isRaised ? raised(decoded + words) : decoded + words;
    const endsLine = LINE_ENDS.some((mark) => all.includes(mark));
    if (all.trim() && this.group.isStruck !== this.isStruck && !endsLine) this.strike();
    if (endsLine && this.isStruck) this.strike();
    this.text += all;
  }

  private strike(): void {
    this.isStruck = !this.isStruck;
    // The mark stands beside a word, and blanks outside.
    const blanks = this.isStruck ? '' : (/[ \u00a0]*$/.exec(this.text)?.[0] ?? '');
    this.text = this.text.slice(0, this.text.length - blanks.length) + STRUCK + blanks;
  }
}

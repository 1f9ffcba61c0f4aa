/** One piece after the other: a fence, a citation of numbers, the sign that may open a tag, or text. */
const PIECE = /```|\[[\d,\s]{1,20}\]|(?<tag><(?=[^\s\d=-]))|[^`[\]<]+|[^]/y;
/** What may still become another piece once the next token is there. */
const UNDECIDED = /(?:\[[\d,\s]{0,20}|<|`{1,2})$/y;
const MARKER = /^\[\s*\d{1,3}(?:\s*,\s*\d{1,3})*\s*\]$/;
const FENCE = '```';
/** As much of a line as tells whether anything stands on it. */
const MAX_LINE = 100;

/**
 * Passes an answer on as it is written, without what it must not hold: citations of sources that were never given,
 * and links, images or HTML, which a document could have put into the model's mouth. Code fences stay as they are, and so
 * do numbers in brackets in a line of code.
 */
export class SafeText {
  private pending = '';
  private inFence = false;
  private inCode = false;
  /** What was passed on of the current line. */
  private line = '';

  /** @param sourceCount sources the answer may cite, as [1] … [sourceCount] */
  constructor(private readonly sourceCount: number) {}

  /** The same tokens, cleaned; the end of the last may wait for those that come next. */
  push(tokens: readonly string[]): string[] {
    return tokens.map((token) => this.take(token, false)).filter(Boolean);
  }

  /** What was still waiting. */
  end(): string[] {
    return [this.take('', true)].filter(Boolean);
  }

  private take(token: string, isLast: boolean): string {
    const text = this.pending + token;
    let cleaned = '';
    let at = 0;
    while (at < text.length) {
      UNDECIDED.lastIndex = PIECE.lastIndex = at;
      if (!isLast && UNDECIDED.test(text)) break;
      const { 0: piece, groups } = PIECE.exec(text)!;
      const passed = groups?.tag && !this.inFence ? '&lt;' : this.clean(piece);
      this.line = `${this.line}${passed}`.slice(-MAX_LINE).replace(/^[^]*\n/, '');
      cleaned += passed;
      at += piece.length;
    }
    this.pending = text.slice(at);
    return cleaned;
  }

  private clean(piece: string): string {
    // A fence that does not begin its line is none to a Markdown reader either.
    if (piece === FENCE && !this.line.trim()) this.inFence = !this.inFence;
    if (this.inFence) return piece;
    if (piece === '`') this.inCode = !this.inCode;
    else if (piece.includes('\n')) this.inCode = false;
    if (MARKER.test(piece) && !this.inCode) return this.known(piece);
    // Without the space `](` would make a link or an image, and `]:` define one.
    return this.line.endsWith(']') && /^[(:]/.test(piece) ? ` ${piece}` : piece;
  }

  /** The marker with the sources that are there. */
  private known(marker: string): string {
    const known = marker
      .slice(1, -1)
      .split(',')
      .map(Number)
      .filter((n) => n >= 1 && n <= this.sourceCount);
    if (known.length) return `[${known.join(', ')}]`;
    // What stands around the marker must not become one.
    return this.line.endsWith('[') ? ' ' : '';
  }
}

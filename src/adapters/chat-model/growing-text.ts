/** Pieces between two joins. */
const MAX_PIECES = 64;

/**
 * A text that grows by small pieces. In V8 a string that is appended to is a chain of all its pieces, which each garbage
 * collection follows while the text lives; here they are joined from time to time.
 */
export class GrowingText {
  private joined = '';
  private pieces: string[] = [];

  constructor(text = '') {
    this.joined = text;
  }

  get isEmpty(): boolean {
    return this.joined === '' && this.pieces.length === 0;
  }

  add(piece: string): void {
    if (piece !== '' && this.pieces.push(piece) === MAX_PIECES) this.join();
  }

  toString(): string {
    this.join();
    return this.joined;
  }

  private join(): void {
    if (this.pieces.length === 0) return;
    this.joined += this.pieces.join('');
    this.pieces = [];
  }
}

/** The k items of highest score, without keeping or sorting the others. */
export class TopK<T> {
  /** Best first; ties in order of insertion. */
  readonly ranked: { item: T; score: number }[] = [];
  /** Scores must exceed this to be kept. */
  private floor: number;

  constructor(private readonly limit: number) {
    this.floor = limit > 0 ? -Infinity : Infinity;
  }

  offer(item: T, score: number): void {
    if (score <= this.floor) return;
    const after = this.ranked.findIndex((other) => other.score < score);
    this.ranked.splice(after < 0 ? this.ranked.length : after, 0, { item, score });
    if (this.ranked.length > this.limit) this.ranked.pop();
    if (this.ranked.length === this.limit) this.floor = this.ranked.at(-1)!.score;
  }

  /** The items alone, best first. */
  get items(): T[] {
    return this.ranked.map(({ item }) => item);
  }
}

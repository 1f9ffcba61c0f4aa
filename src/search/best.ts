/** The few best of many, without keeping or sorting the many. */
export class Best<T> {
  /** Best first, the earlier first of equals. */
  readonly ranked: { item: T; score: number }[] = [];
  /** What a score must exceed to be among them. */
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

  /** Without their scores. */
  get items(): T[] {
    return this.ranked.map(({ item }) => item);
  }
}

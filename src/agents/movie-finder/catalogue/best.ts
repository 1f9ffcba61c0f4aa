/** The few best of many, without keeping or sorting the many. */
export class Best<T> {
  private readonly ranked: { item: T; score: number }[] = [];

  constructor(private readonly limit: number) {}

  offer(item: T, score: number): void {
    if (this.ranked.length === this.limit && score <= (this.ranked.at(-1)?.score ?? Infinity)) return;
    const after = this.ranked.findIndex((other) => other.score < score);
    this.ranked.splice(after < 0 ? this.ranked.length : after, 0, { item, score });
    if (this.ranked.length > this.limit) this.ranked.pop();
  }

  /** Best first. */
  get items(): T[] {
    return this.ranked.map(({ item }) => item);
  }
}

import type { Hit } from './vector-store.js';

/** The few best hits of many, without keeping or sorting the many. */
export class BestHits {
  /** Best first. */
  readonly hits: Hit[] = [];
  /** What a hit must exceed to be among them. */
  private floor: number;

  constructor(private readonly limit: number) {
    this.floor = limit > 0 ? -Infinity : Infinity;
  }

  offer(id: string, score: number): void {
    if (score <= this.floor) return;
    const after = this.hits.findIndex((other) => other.score < score);
    this.hits.splice(after < 0 ? this.hits.length : after, 0, { id, score });
    if (this.hits.length > this.limit) this.hits.pop();
    if (this.hits.length === this.limit) this.floor = this.hits.at(-1)!.score;
  }
}

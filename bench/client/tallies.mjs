/** How replies were: of one cell, and of the whole run. */
export const VERDICTS = ['right', 'wrong', 'truncated', 'failed'];
const MAX_REASONS = 5;

export class Tally {
  right = 0;
  wrong = 0;
  truncated = 0;
  failed = 0;
  /** Stored replies that were read again, and those of them that differ. */
  reread = 0;
  differ = 0;
  reasons = [];

  /** @param {{ verdict: string, reason?: string }} turn */
  count({ verdict, reason }) {
    this[verdict]++;
    if (verdict !== 'right') this.explain(`${verdict}: ${reason}`);
  }

  explain(reason) {
    if (this.reasons.length < MAX_REASONS) this.reasons.push(reason);
  }

  add(other) {
    for (const kind of [...VERDICTS, 'reread', 'differ']) this[kind] += other[kind];
    for (const reason of other.reasons) this.explain(reason);
  }

  get isGood() {
    return this.wrong + this.truncated + this.failed + this.differ === 0;
  }
}

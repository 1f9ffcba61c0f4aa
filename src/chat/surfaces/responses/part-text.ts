import type { RunEvent } from '../../../runs/run.js';

/** The text of one response of a resumed run: its text after an offset. */
export class PartText {
  /** Offset behind which the previous response of the run began. */
  previous = 0;
  private waitedAt = 0;
  /** The reply so far, of all responses of the run, and that of the earlier ones. */
  private reply = '';
  private before = '';

  /** @param after offset in the run behind which the response begins; 0 for the first of a run */
  constructor(readonly after: number) {}

  /** An event of an earlier response. */
  pass(event: RunEvent): void {
    if (event.type === 'token') this.reply += event.text;
    if (event.type === 'reset') this.reply = event.reply;
    if (event.type === 'tool' && event.phase === 'waiting') this.waitedAt = event.offset;
    else if (this.waitedAt > this.previous) this.previous = this.waitedAt;
    this.before = this.reply;
  }

  /** @returns the response's text with a token */
  push(token: string): string {
    return this.of((this.reply += token));
  }

  /** @returns the response's text of a reply that replaces the one so far */
  reset(reply: string): string {
    return this.of((this.reply = reply));
  }

  /** The response's text of the run's whole reply. */
  of(reply: string): string {
    const { before } = this;
    if (this.after === 0 || (!reply.startsWith(before) && !before.startsWith(reply))) return reply;
    return reply.slice(before.length).trimStart();
  }
}

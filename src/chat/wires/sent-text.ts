import { StreamBroken } from '../stream-run.js';

/** The text of a reply that a client was sent, for wires on which no text can be taken back. */
export class SentText {
  constructor(private sent = '') {}

  get isEmpty(): boolean {
    return this.sent === '';
  }

  get length(): number {
    return this.sent.length;
  }

  /** Whether a reply begins with what was sent. */
  isPrefixOf(reply: string): boolean {
    return reply.startsWith(this.sent);
  }

  /** Remembers a delta. @returns it */
  add(delta: string): string {
    this.sent += delta;
    return delta;
  }

  /**
   * The rest of a reply behind what was sent; counts as sent.
   * @throws StreamBroken when something else was sent: a client that comes back gets the stream from its beginning
   */
  missing(reply: string): string {
    if (!this.isPrefixOf(reply)) throw new StreamBroken();
    return this.add(reply.slice(this.sent.length));
  }
}

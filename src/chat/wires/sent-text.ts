import { StreamBroken } from '../stream-run.js';

/** The reply text sent to a client, for wires that cannot retract text. */
export class SentText {
  constructor(private sent = '') {}

  get isEmpty(): boolean {
    return this.sent === '';
  }

  get text(): string {
    return this.sent;
  }

  get length(): number {
    return this.sent.length;
  }

  /** Whether a reply begins with the sent text. */
  isPrefixOf(reply: string): boolean {
    return reply.startsWith(this.sent);
  }

  /** Remembers a delta. @returns it */
  add(delta: string): string {
    this.sent += delta;
    return delta;
  }

  /**
   * The unsent rest of a reply; counts as sent.
   * @throws StreamBroken when the sent text differs: a reconnecting client gets the stream from its beginning
   */
  missing(reply: string): string {
    if (!this.isPrefixOf(reply)) throw new StreamBroken();
    return this.add(reply.slice(this.sent.length));
  }
}

/** Takes lines and runs of bytes, in turn, from a stream of chunks. */
export class ByteReader {
  private held: Buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Up to the next line feed, without it. @throws Error when the stream ends before */
  async line(): Promise<string> {
    let end: number;
    while ((end = this.held.indexOf('\n')) < 0) this.held = Buffer.concat([this.held, await this.next()]);
    return this.cut(end + 1).toString('latin1', 0, end);
  }

  /** Streams exactly `count` bytes. @throws Error when the input ends early */
  async *take(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.held.length === 0) this.held = await this.next();
      const piece = this.cut(Math.min(left, this.held.length));
      left -= piece.length;
      yield piece;
    }
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private cut(count: number): Buffer {
    const piece = this.held.subarray(0, count);
    this.held = this.held.subarray(count);
    return piece;
  }

  private async next(): Promise<Buffer> {
    const { done, value } = await this.chunks.next();
    if (done) throw new Error('The stream ended in the middle');
    return value;
  }
}

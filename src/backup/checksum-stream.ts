import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** A pass-through stream that counts bytes and lines and computes their digest. */
export class ChecksumStream extends Transform {
  bytes = 0;
  lines = 0;
  private readonly hash = createHash('sha256');
  private digest?: string;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines += 1;
    done(null, chunk);
  }

  /** To be read at the end of the stream. */
  get sha256(): string {
    return (this.digest ??= this.hash.digest('hex'));
  }
}

import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { scaled } from './time-factor.mjs';

export interface Closed {
  code: number;
  reason: string;
}

/** A WebSocket client that keeps every frame it gets. */
export class TestSocket {
  readonly frames: Record<string, unknown>[] = [];
  readonly closed: Promise<Closed>;
  private wake = () => {};

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Record<string, unknown>);
      this.wake();
    });
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => {
        resolve({ code, reason: String(reason) });
        this.wake();
      }),
    );
  }

  /** Resolves when the handshake is done. @param url of the HTTP API */
  static async open(
    url: string,
    path: string,
    { protocols, ...options }: ClientOptions & { protocols?: string[] } = {},
  ): Promise<TestSocket> {
    const client = new TestSocket(new WebSocket(url.replace(/^http/, 'ws') + path, protocols, options));
    await once(client.socket, 'open');
    return client;
  }

  /** The status of a handshake that is refused. */
  static async refusal(url: string, path: string, options: ClientOptions = {}): Promise<number> {
    const socket = new WebSocket(url.replace(/^http/, 'ws') + path, options);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    socket.on('error', () => undefined);
    socket.terminate();
    return response.statusCode;
  }

  send(frame: string | Buffer | object): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** The frames, once there are that many; fails when the socket closes first, or after a time limit. */
  async until(count: number): Promise<Record<string, unknown>[]> {
    const late = AbortSignal.timeout(scaled(10_000));
    late.addEventListener('abort', () => this.wake());
    while (this.frames.length < count) {
      if (late.aborted || this.socket.readyState !== this.socket.OPEN) {
        const why = late.aborted
          ? 'the time limit passed'
          : `closed with ${JSON.stringify(await this.closed)}`;
        const frames = JSON.stringify(this.frames).slice(0, 500);
        throw new Error(`${this.frames.length} of ${count} frames, ${why}: ${frames}`);
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.frames;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { handleFrames, sendWithBackpressure, sendLargeText, sendText } from './sockets.js';

const MEGABYTE = 1024 * 1024;

/** A client that reads on demand. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  isPaused = false;
  closedWith: number | null = null;
  private readonly waiting: (() => void)[] = [];

  send(text: string, done = () => {}): void {
    this.bufferedAmount += text.length;
    this.waiting.push(() => {
      this.bufferedAmount -= text.length;
      done();
    });
  }

  takeAll(): void {
    for (const take of this.waiting.splice(0)) take();
  }

  terminate(): void {
    this.readyState = 3;
  }

  close(code: number): void {
    this.readyState = 2;
    this.closedWith = code;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  /** The fake, typed as a WebSocket. */
  get socket(): WebSocket {
    return this as unknown as WebSocket;
  }
}

const isOpen = ({ readyState, OPEN }: FakeSocket) => readyState === OPEN;

describe('sending to sockets', () => {
  it('cuts a client that leaves more than a megabyte unread', () => {
    const client = new FakeSocket();
    sendText(client.socket, 'x'.repeat(MEGABYTE));
    expect(isOpen(client)).toBe(true);
    sendText(client.socket, 'x');
    expect(isOpen(client)).toBe(false);
    sendText(client.socket, 'too late');
    expect(client.bufferedAmount).toBe(MEGABYTE + 1);
  });

  it('reports when a client is behind, and when it has read', () => {
    const client = new FakeSocket();
    let timesRead = 0;
    const send = (length: number) =>
      sendWithBackpressure(client.socket, 'x'.repeat(length), () => timesRead++);
    expect(send(64 * 1024)).toBe(true);
    expect(send(1)).toBe(false);
    expect(isOpen(client)).toBe(true);
    client.takeAll();
    expect(timesRead).toBe(1);
    expect(send(1)).toBe(true);
    client.terminate();
    expect(send(MEGABYTE)).toBe(true);
    expect(client.bufferedAmount).toBe(1);
  });

  it('allows time for a large frame, and a megabyte for the frames after it', () => {
    const client = new FakeSocket();
    sendLargeText(client.socket, 'x'.repeat(5 * MEGABYTE));
    sendText(client.socket, 'x'.repeat(MEGABYTE));
    expect(isOpen(client)).toBe(true);
    sendText(client.socket, 'x');
    expect(isOpen(client)).toBe(false);
  });

  it('releases a large frame that has been read', () => {
    const client = new FakeSocket();
    sendLargeText(client.socket, 'x'.repeat(5 * MEGABYTE));
    client.takeAll();
    sendText(client.socket, 'x'.repeat(MEGABYTE + 1));
    expect(isOpen(client)).toBe(false);
  });

  it('refuses for now while the large frames of all are too many', () => {
    const frame = 'x'.repeat(100 * MEGABYTE);
    const clients = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
    for (const client of clients) sendLargeText(client.socket, frame);
    expect(clients.map(({ closedWith }) => closedWith)).toEqual([null, null, 1013]);
    for (const client of clients) client.takeAll();
    const next = new FakeSocket();
    sendLargeText(next.socket, frame);
    expect(isOpen(next)).toBe(true);
    next.takeAll();
  });
});

describe('reading from sockets', () => {
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('hands frames on in order, one at a time, binary ones as null', async () => {
    const client = new FakeSocket();
    const seen: string[] = [];
    handleFrames(client.socket, async (frame) => {
      seen.push(`${frame} begins`);
      await settle();
      seen.push(`${frame} ends`);
    });
    client.emit('message', Buffer.from('one'), false);
    client.emit('message', Buffer.from([1]), true);
    while (seen.length < 4) await settle();
    client.emit('message', Buffer.from('three'), false);
    while (seen.length < 6) await settle();
    expect(seen).toEqual(['one', 'null', 'three'].flatMap((frame) => [`${frame} begins`, `${frame} ends`]));
  });

  it('stops reading a client that is faster than its frames are handled', async () => {
    const client = new FakeSocket();
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const handled: (string | null)[] = [];
    handleFrames(client.socket, async (frame) => {
      await gate;
      handled.push(frame);
    });
    for (let i = 0; i < 17; i++) client.emit('message', Buffer.from(`${i}`), false);
    expect(client.isPaused).toBe(true);
    release();
    while (handled.length < 17) await settle();
    await settle();
    expect(client.isPaused).toBe(false);
  });

  it('stops reading a client whose frames overtake faster than they are handled', async () => {
    const client = new FakeSocket();
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const handled: (string | null)[] = [];
    handleFrames(
      client.socket,
      async (frame) => void handled.push(frame),
      (frame) => (frame === 'renewal' ? gate : null),
    );
    client.emit('message', Buffer.from('before'), false);
    for (let i = 0; i < 15; i++) client.emit('message', Buffer.from('renewal'), false);
    await settle();
    expect([handled, client.isPaused]).toEqual([['before'], false]);
    client.emit('message', Buffer.from('renewal'), false);
    expect(client.isPaused).toBe(true);
    release();
    await settle();
    expect(client.isPaused).toBe(false);
  });
});

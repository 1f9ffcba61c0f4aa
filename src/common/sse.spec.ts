import { jest } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { SseWriter, sseFrames } from './sse.js';

describe('an event stream', () => {
  it('ends immediately for a client that disconnected before it began', async () => {
    const gone = Object.assign(new EventEmitter(), { destroyed: true }) as unknown as ServerResponse;
    const closed = new Promise<void>((resolve) =>
      new SseWriter(gone, () => undefined, resolve).write('data: x\n\n'),
    );
    await expect(closed).resolves.toBeUndefined();
    expect(gone.listenerCount('close')).toBe(0);
  });

  describe('to a client that', () => {
    const server = createServer();
    let client: Socket;
    let tests = 0;

    beforeAll(async () => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
    });
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
      // The clock of each test starts after that of the previous one.
      jest.advanceTimersByTime((tests += 600_000));
    });
    afterEach(() => {
      jest.useRealTimers();
      client.destroy();
    });
    afterAll(() => server.close());

    /** A stream of a client that does not read yet, and its buffered bytes after a moment. */
    const open = async () => {
      client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      client.pause();
      client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
      const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
      const writer = new SseWriter(
        response,
        () => undefined,
        () => undefined,
      );
      return { writer, socket: response.req.socket };
    };
    /** More than the kernel buffers for a peer that does not read, and less than it keeps on this side. */
    const MUCH = `data: ${'x'.repeat(1_000_000)}\n\n`;
    const heartbeats = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        jest.advanceTimersByTime(15_000);
      }
    };

    it.each(['', 'after its last byte '])('takes nothing is cut %safter two heartbeats', async (when) => {
      const { writer, socket } = await open();
      writer.write(MUCH);
      if (when) writer.end();
      await heartbeats(1);
      expect(socket.destroyed).toBe(false);
      // On a busy machine the kernel may still be filling its buffers at the first check, which counts as progress.
      for (let more = 0; more < 5 && !socket.destroyed; more++) await heartbeats(1);
      expect(socket.destroyed).toBe(true);
    });

    it('reads slowly, or has read everything, is not', async () => {
      const { writer, socket } = await open();
      writer.write(MUCH);
      await heartbeats(1);
      await once(client, 'readable');
      client.read();
      await heartbeats(1);
      expect(socket.destroyed).toBe(false);
      client.resume();
      await heartbeats(3);
      expect(socket.destroyed).toBe(false);
    });

    it('dispatches an event at every blank line gets none that is empty', async () => {
      const { writer } = await open();
      let received = '';
      client.on('data', (bytes) => (received += String(bytes)));
      client.resume();
      await heartbeats(1);
      writer.write(sseFrames('7d1f6d0e-1c5b-4a3e-8a44-0a2f8f6f3c11', 1, '{"type":"token"}'));
      await heartbeats(2);
      writer.end('data: [DONE]\n\n');
      while (!received.includes('[DONE]')) await once(client, 'data');
      const events = received
        .split('\r\n\r\n')
        .slice(1)
        .join('')
        .replace(/\r\n[\da-f]*(\r\n)?|^[\da-f]+\r\n/g, '') // the sizes of chunks
        .split('\n\n')
        .filter(Boolean);
      expect(events).toHaveLength(2);
      for (const event of events) expect(event).toMatch(/^(: ping\n)*(id: .*\n)?data: \S/);
    });
  });
});

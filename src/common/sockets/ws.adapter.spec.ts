import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { WebSocket } from 'ws';
import { ParleyWsAdapter } from './ws.adapter.js';

describe('sockets of hostile clients', () => {
  let server: Server;
  let adapter: ParleyWsAdapter;
  let client: WebSocket;
  /** The server's end of the connection. */
  let accepted: WebSocket;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const app = { getHttpServer: () => server } as unknown as INestApplicationContext & {
      getHttpServer(): Server;
    };
    adapter = new ParleyWsAdapter(app, () => true);
    const sockets = adapter.create(0, { path: '/room/:id', maxFrameKb: 1, tooLarge: 'too large' });
    const connected = once(sockets, 'connection') as Promise<[WebSocket]>;
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/room/one`);
    client.on('error', () => undefined);
    [[accepted]] = await Promise.all([connected, once(client, 'open')]);
    adapter.bindMessageHandlers(accepted);
  });
  afterEach(async () => {
    client.terminate();
    await adapter.dispose();
    server.close();
  });

  it('get an answer to their pings', async () => {
    client.ping('are you there?');
    const [answer] = (await once(client, 'pong')) as [Buffer];
    expect(String(answer)).toBe('are you there?');
  });

  it('get none while they have much to read, which grows no further', async () => {
    let unread = 64 * 1024 + 1;
    Object.defineProperty(accepted, 'bufferedAmount', { get: () => unread });
    client.ping('first');
    await once(accepted, 'ping');
    unread = 0;
    client.ping('second');
    const [answer] = (await once(client, 'pong')) as [Buffer];
    expect(String(answer)).toBe('second');
  });

  it('are cut when they ping without a pause', async () => {
    for (let i = 0; i <= 1_000; i += 1) client.ping();
    await once(client, 'close');
  });

  it('are closed when a frame has too many fragments', async () => {
    for (let i = 0; i <= 256; i += 1) client.send('x', { fin: false });
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(1008);
  });
});

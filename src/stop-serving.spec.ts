import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { announceKeepAlive, endConnections, KEEP_ALIVE_SECONDS, stopServing } from './stop-serving.js';

describe('a server that stops', () => {
  it('answers a request on an idle connection, and accepts no new connections', async () => {
    const server = createServer((_request, response) => response.end('answered'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
    await once(client, 'data');

    const stopped = stopServing(server);
    while (server.listening) await nextTurn();
    client.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
    const [answer] = (await Promise.race([once(client, 'data'), once(client, 'close')])) as unknown[];
    expect(String(answer)).toContain('200 OK');
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
    await stopped;
  });

  it('answers connections that wait to be accepted at that moment', async () => {
    const server = createServer((_request, response) => response.end('answered'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const waiting = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
    await once(waiting[0]!, 'connect'); // the kernel has connected the others too
    const stopped = stopServing(server);
    const answers = await Promise.all(
      waiting.map(async (client) => {
        client.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
        return String((await once(client, 'data'))[0]);
      }),
    );
    expect(answers.filter((answer) => answer.includes('200 OK'))).toHaveLength(50);
    await stopped;
  });

  it('keeps connections until its listener closes, so that none is made at that moment', async () => {
    const server = createServer((_request, response) => response.end('answered'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const ask = async () => {
      client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
      return String((await once(client, 'data'))[0]);
    };
    const keepConnections = endConnections(server);
    keepConnections();
    const stopped = stopServing(server, { keepMs: 1_000 });
    expect(await ask()).toContain('Connection: keep-alive');
    while (server.listening) await nextTurn();
    expect(await ask()).toContain('Connection: close');
    await stopped;
  });

  it('answers a request that has reached the kernel when idle connections are closed', async () => {
    const server = createServer((_request, response) => response.end('answered'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
    await once(client, 'data');
    const stopped = stopServing(server, { idleMs: 300 });
    // After a busy time both timers are due: the request is sent, and no data is read before the other one.
    setTimeout(() => {
      const busyUntil = performance.now() + 600;
      while (performance.now() < busyUntil);
    }, 100);
    setTimeout(() => client.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n'), 200);
    const [answer] = (await Promise.race([once(client, 'data'), once(client, 'close')])) as unknown[];
    expect(String(answer)).toContain('200 OK');
    await stopped;
  });

  it('asks clients to keep idle connections for less than it does, and those of the last response not at all', async () => {
    const server = createServer((_request, response) => response.end('answered'));
    announceKeepAlive(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keepAlive = async () => (await fetch(url)).headers.get('keep-alive');
    expect(await keepAlive()).toBe(`timeout=${KEEP_ALIVE_SECONDS}`);
    server.prependListener('request', (_request, response) => void (response.shouldKeepAlive = false));
    expect(await keepAlive()).toBeNull();
    server.close();
  });

  it('is kept by the shipped nginx for less than it asks clients to keep it', async () => {
    const site = await readFile('deploy/nginx.conf', 'utf8');
    const [, seconds] = /^ *keepalive_timeout (\d+)s;$/m.exec(site) ?? [];
    expect(Number(seconds)).toBeLessThan(KEEP_ALIVE_SECONDS);
  });
});

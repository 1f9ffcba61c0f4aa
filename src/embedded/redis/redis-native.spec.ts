import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../engine.js';
import { startNativeRedis } from './redis-native.js';

/**
 * A Redis on a busy machine: it does not respond when asked for its clients for the first time, and reads what others
 * sent after the third. Like Redis, it counts killed clients until then, and reads nothing more after SIGTERM.
 */
const busyRedis = (file: string) => `#!${process.execPath}
const fs = require('node:fs');
const net = require('node:net');
const unread = [];
let asked = 0;
const server = net.createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (data) => {
    const commands = String(data);
    if (!commands.startsWith('AUTH')) unread.push(commands);
    else if (commands.includes('PING')) socket.write('+OK\\r\\n+PONG\\r\\n');
    else if (++asked > 1) socket.write(\`+OK\\r\\n$21\\r\\nconnected_clients:\${1 + unread.length}\\r\\n\\r\\n\`);
    if (asked === 3) fs.appendFileSync(${JSON.stringify(file)}, unread.splice(0).join(''));
  });
});
process.stdin.on('data', (conf) => server.listen(Number(/^port "(\\d+)"/m.exec(conf)[1]), '127.0.0.1'));
`;

describe('the embedded Redis', () => {
  it('is stopped when it has read all that a killed API has sent', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-redis-'));
    try {
      const [program, file] = [join(directory, 'busy-redis'), join(directory, 'read')];
      writeFileSync(program, busyRedis(file), { mode: 0o700 });
      writeFileSync(file, '');
      const address = { port: await freePort(), password: 'secret' };
      const engine = await startNativeRedis({ program, version: '8' }, address, directory, () => undefined);
      const api = net.connect(address.port, '127.0.0.1');
      await once(api, 'connect');
      await new Promise((resolve) => api.write('the last words', resolve));
      api.destroy();
      await engine!.stop();
      expect(readFileSync(file, 'utf8')).toBe('the last words');
      expect(await engine!.exited).toContain('SIGTERM');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { identify, isRunning, waitUntil } from '../../src/embedded/processes.js';
import { addRow, EmbeddedSandbox, query, type Launched, type Message } from '../support/embedded-sandbox.js';
import { eventually } from '../support/eventually.js';

/** Starts each engine on a port that a stranger has, then on a free one. */
const takenPortScript = `
  import net from 'node:net';
  import { freePort } from './embedded/engine.js';
  import { startPostgres } from './embedded/postgres/postgres.js';
  import { startValkeyWasm } from './embedded/redis/valkey-wasm.js';
  let heard = 0;
  const stranger = net.createServer((socket) => { heard++; socket.end('+OK\\r\\n+OK\\r\\n+PONG\\r\\n'); }).listen(0, '127.0.0.1');
  await new Promise((resolve) => stranger.once('listening', resolve));
  const taken = stranger.address().port;
  const choices = [taken, taken];
  const postgres = await startPostgres(process.argv[2], async () => choices.shift() ?? freePort());
  const onTaken = await startValkeyWasm({ port: taken, password: 'secret' }, process.argv[2]);
  const onFree = await startValkeyWasm({ port: await freePort(), password: 'secret' }, process.argv[2]);
  const result = { taken, url: postgres.url, left: choices.length, onTaken: onTaken ?? 'none', onFree: onFree.url, heard };
  await postgres.stop();
  process.send(result, () => process.exit(0));`;

jest.setTimeout(60_000);

describe('embedded engines', () => {
  let sandbox: EmbeddedSandbox;
  let dataDir: string;

  beforeAll(() => {
    sandbox = new EmbeddedSandbox({ 'taken-port.js': takenPortScript });
    dataDir = sandbox.dataDir;
  });

  afterEach(async () => {
    const left = sandbox.serving();
    sandbox.killStarted();
    expect(await waitUntil(() => !left.some(isRunning), 15_000)).toBe(true);
  });

  afterAll(() => sandbox.remove());

  const withWrongPassword = (url = '') => url.replace(/:[^:@]+@/, ':wrong@');
  const next = async (parley: ChildProcess) => ((await once(parley, 'message')) as [Message])[0];
  const stop = async ({ parley }: Launched) => {
    parley.send('stop');
    await once(parley, 'exit');
  };
  /** Talks to the embedded Redis over a connection of its own. */
  const withRedis = async <T>(url: string | undefined, use: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(url!, { retryStrategy: () => null });
    redis.on('error', () => undefined);
    return use(redis).finally(() => redis.disconnect());
  };

  it('serve like real ones, keep their files and passwords to themselves, and have ended after stop()', async () => {
    const { parley, engines } = await sandbox.launch({ redisEngine: 'valkey-wasm' });
    expect(engines.summary.join()).toMatch(/PostgreSQL \d+\.\d+ .*Valkey/);
    const [row] = await query(engines.databaseUrl, "select lower('É'), current_setting('fsync') as fsync");
    expect(row).toEqual({ lower: 'é', fsync: 'on' });
    await expect(query(withWrongPassword(engines.databaseUrl), 'select 1')).rejects.toThrow('password');

    const directory = fs.statSync(path.join(dataDir, 'postgres'));
    const password = fs.statSync(path.join(dataDir, 'postgres/parley-password'));
    expect([directory.mode & 0o077, password.mode & 0o077, directory.uid === 0]).toEqual([0, 0, false]);

    const redis = new Redis(engines.redisUrl!);
    const reader = redis.duplicate();
    const waiting = reader.xread('BLOCK', 5_000, 'STREAMS', 'log', '0');
    await redis.xadd('log', '1-1', 'word', 'hello');
    expect(await waiting).toEqual([['log', [['1-1', ['word', 'hello']]]]]);
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    const stranger = new Redis(withWrongPassword(engines.redisUrl), { retryStrategy: () => null });
    stranger.on('error', () => undefined);
    await expect(stranger.get('log')).rejects.toThrow();
    for (const client of [redis, reader, stranger]) client.disconnect();

    const before = sandbox.serving();
    expect(before.length).toBeGreaterThan(1);
    parley.send('stop');
    await once(parley, 'exit');
    expect(before.filter(isRunning)).toEqual([]);
    expect(fs.readdirSync(dataDir).sort()).toEqual(['embedded.log', 'postgres', 'redis']);
  });

  it('stop when the API is killed', async () => {
    const { parley, engines } = await sandbox.launch();
    const rows = await addRow(engines.databaseUrl);
    const before = sandbox.serving();
    parley.kill('SIGKILL');
    expect(await waitUntil(() => !before.some(isRunning), 15_000)).toBe(true);
    expect(await addRow((await sandbox.launch()).engines.databaseUrl)).toBe(Number(rows) + 1);
  });

  it('outlast the signals of a terminal', async () => {
    const { engines } = await sandbox.launch();
    const supervisor = sandbox.readLock()['supervisor']!;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(supervisor.pid, signal);
    await addRow(engines.databaseUrl);
    expect(isRunning(supervisor)).toBe(true);
  });

  it('end within 2 s of the death of their supervisor, and serve again at the same address', async () => {
    const { parley, engines } = await sandbox.launch();
    const rows = await addRow(engines.databaseUrl);
    const orphans = sandbox.serving().filter(({ pid }) => pid !== parley.pid);
    process.kill(sandbox.readLock()['supervisor']!.pid, 'SIGKILL');
    expect(await waitUntil(() => !orphans.some(isRunning), 2_000)).toBe(true);
    expect((await next(parley)).message).toMatch(
      /^The embedded engines .*SIGKILL.* They are started again\.$/,
    );
    await eventually(async () => expect(await addRow(engines.databaseUrl)).toBe(Number(rows) + 1), 20_000);
    await eventually(() => withRedis(engines.redisUrl, async (redis) => void (await redis.ping())), 20_000);
  });

  it('leave nothing behind when API and supervisor are killed together', async () => {
    const { parley, engines } = await sandbox.launch();
    const rows = await addRow(engines.databaseUrl);
    const supervisor = sandbox.readLock()['supervisor']!;
    const left = sandbox.serving();
    process.kill(parley.pid!, 'SIGKILL');
    process.kill(supervisor.pid, 'SIGKILL');
    expect(await waitUntil(() => !left.some(isRunning), 2_000)).toBe(true);
    expect(await addRow((await sandbox.launch()).engines.databaseUrl)).toBe(Number(rows) + 1);
  });

  it('are started again when PostgreSQL or Redis exits, with all acknowledged writes', async () => {
    const { parley, engines } = await sandbox.launch();
    const rows = await addRow(engines.databaseUrl);
    process.kill(sandbox.postgresPid(), 'SIGKILL');
    expect((await next(parley)).message).toBe(
      'The embedded PostgreSQL ended by itself (SIGKILL): it is started again.',
    );
    await eventually(async () => expect(await addRow(engines.databaseUrl)).toBe(Number(rows) + 1), 20_000);

    await withRedis(engines.redisUrl, (redis) => redis.set('room', 'full', 'EX', 600));
    const { redis } = sandbox.readLock();
    if (!redis) return; // Valkey as WebAssembly runs in the supervisor
    process.kill(redis.pid, 'SIGKILL');
    expect((await next(parley)).message).toMatch(/^The embedded Redis .* ended by itself \(SIGKILL\)/);
    const kept = () => withRedis(engines.redisUrl, (again) => again.get('room'));
    await eventually(async () => expect(await kept()).toBe('full'), 20_000);
  });

  it('are given up in one sentence when PostgreSQL ends again and again', async () => {
    const { parley } = await sandbox.launch();
    fs.writeFileSync(path.join(dataDir, 'postgres/postgresql.auto.conf'), 'no_such_setting = 1\n');
    process.kill(sandbox.postgresPid(), 'SIGKILL');
    const messages: Message[] = [];
    parley.on('message', (message: Message) => messages.push(message));
    await eventually(async () => expect(messages.at(-1)?.kind).toBe('failed'), 40_000);
    expect(messages.at(-1)!.message).toMatch(
      /^The embedded PostgreSQL [^\n]*again and again; see .*embedded\.log\.$/,
    );
    fs.writeFileSync(path.join(dataDir, 'postgres/postgresql.auto.conf'), '');
  });

  it.each(['auto', 'valkey-wasm'] as const)(
    'keep what Redis holds, with its time to live (%s)',
    async (redisEngine) => {
      const options = {
        redisEngine,
        postgres: false,
        dataDir: path.join(sandbox.root, `kept ${redisEngine} "1"`),
      };
      const written = new Map<string, string>();
      const launch = async () => {
        const launched = await sandbox.launch(options);
        await withRedis(launched.engines.redisUrl, async (redis) => {
          for (const [key, value] of written) expect(await redis.lrange(key, 0, -1)).toEqual([value]);
          if (written.size > 0) expect(await redis.ttl('expires')).toBeGreaterThan(500);
          expect(await redis.exists('deleted')).toBe(0);
        });
        return launched;
      };
      const write = ({ engines }: Launched, name: string) =>
        withRedis(engines.redisUrl, async (redis) => {
          await redis.select(3);
          await redis.set('elsewhere', name);
          await redis.select(0);
          await redis.set('deleted', 'soon');
          await redis.del('deleted');
          await redis.set('expires', name, 'EX', 600);
          await redis.rpush(name, 'é\r\n"');
          written.set(name, 'é\r\n"');
        });

      let launched = await launch();
      await write(launched, 'before a stop');
      await stop(launched);
      launched = await launch();
      await write(launched, 'before the death of the API');
      launched.parley.kill('SIGKILL');
      launched = await launch();
      await write(launched, 'before the death of all');
      if (redisEngine === 'valkey-wasm') await new Promise((resolve) => setTimeout(resolve, 1_000)); // see its journal
      const { supervisor } = sandbox.readLock(options.dataDir);
      process.kill(supervisor!.pid, 'SIGKILL');
      launched.parley.kill('SIGKILL');
      launched = await launch();
      expect(
        await withRedis(launched.engines.redisUrl, (redis) =>
          redis.select(3).then(() => redis.get('elsewhere')),
        ),
      ).toBe('before the death of all');
    },
  );

  it.each(['auto', 'valkey-wasm'] as const)(
    'start without what they cannot read, and keep it (%s)',
    async (redisEngine) => {
      const options = {
        redisEngine,
        postgres: false,
        dataDir: path.join(sandbox.root, `broken-${redisEngine}`),
      };
      await stop(await sandbox.launch(options));
      for (const file of fs.readdirSync(path.join(options.dataDir, 'redis'), {
        recursive: true,
        withFileTypes: true,
      }))
        if (file.isFile())
          fs.writeFileSync(
            path.join(file.parentPath, file.name),
            '{"database":0,"key":"a","value":"bm8="}\n',
          );
      const { kind } = await sandbox.launch(options);
      expect(kind).toBe('started');
      const names = fs.readdirSync(options.dataDir);
      expect(names.filter((name) => name.startsWith('redis.unreadable-'))).toHaveLength(1);
    },
  );

  it.each([
    ['as it was left', undefined],
    ['emptied', ''],
    ['damaged', 'not a pid\n'],
    ['naming another program', `${process.pid}\n`],
  ])('start again after everything was killed, postmaster.pid %s', async (_, pidFile) => {
    const rows = await addRow((await sandbox.launch()).engines.databaseUrl);
    expect(await sandbox.kill(...sandbox.serving())).toBe(true);
    if (pidFile !== undefined) fs.writeFileSync(path.join(dataDir, 'postgres/postmaster.pid'), pidFile);
    expect(await addRow((await sandbox.launch()).engines.databaseUrl)).toBe(Number(rows) + 1);
  });

  it('refuse a data directory that a living Parley uses, and do that one no harm', async () => {
    const { parley, engines } = await sandbox.launch();
    const second = await sandbox.launch();
    expect([second.kind, second.known]).toEqual(['refused', true]);
    expect(second.message).toContain(
      `DATA_DIR ${dataDir} is already used by another Parley (pid ${parley.pid})`,
    );
    await addRow(engines.databaseUrl);
    const log = fs.readFileSync(path.join(dataDir, 'embedded.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
  });

  it('refuse a data directory that cannot be made', async () => {
    fs.writeFileSync(path.join(sandbox.root, 'file'), '');
    const { kind, known, message } = await sandbox.launch({ dataDir: path.join(sandbox.root, 'file/data') });
    expect({ kind, known }).toEqual({ kind: 'refused', known: true });
    expect(message).toMatch(/^DATA_DIR .*cannot be written to/);
  });

  it('start anew after being killed while making the first database', async () => {
    const fresh = path.join(sandbox.root, 'fresh');
    const parley = sandbox.run('parley.js', JSON.stringify({ dataDir: fresh, postgres: true, redis: false }));
    const unfinished = (): boolean =>
      fs.existsSync(fresh) && fs.readdirSync(fresh).some((name) => name.includes('.new-'));
    expect(await waitUntil(unfinished, 20_000)).toBe(true);
    expect(await sandbox.kill(identify(parley.pid!)!, sandbox.readLock(fresh)['supervisor']!)).toBe(true);

    expect(await addRow((await sandbox.launch({ dataDir: fresh, redis: false })).engines.databaseUrl)).toBe(
      0,
    );
  });

  it('use another port when theirs is taken, and never connect to the process that has it', async () => {
    const child = sandbox.run('taken-port.js', dataDir);
    const [result] = (await once(child, 'message')) as [{ taken: number; url: string; onFree: string }];
    expect(result).toMatchObject({ left: 0, onTaken: 'none', heard: 0 });
    expect(new URL(result.url).port).not.toBe(String(result.taken));
    expect(result.onFree).toContain('redis://:secret@127.0.0.1:');
  });
});

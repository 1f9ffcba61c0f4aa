import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ModelCheck } from './adapters/openai/model-check.js';
import { WarmUp } from './chat/warm-up/warm-up.js';
import { createApp, listen } from './app.setup.js';
import { FirstAdminSetup } from './auth/accounts/first-admin-setup.js';
import type { Config } from './config/config.js';
import { Readiness } from './health/readiness.js';
import { boundHeapGrowth } from './limits/heap-growth.js';
import { listenForMetrics, metricsOf } from './metrics.setup.js';
import { RunProducer } from './runs/run-producer.js';
import { endConnections, stopServing } from './stop-serving.js';

/** Running answers may end on their own for so long after SIGTERM. */
const GRACE_MS = 10_000;

/** The application of an API process while it serves: from its listeners to the way out. */
export class Api {
  /** Where it listens. */
  address = '';
  /** The same of METRICS_PORT; undefined where there is none. */
  metricsAddress?: string;
  private closeMetrics?: () => void;

  private constructor(
    readonly app: NestExpressApplication,
    private readonly config: Config,
  ) {}

  /** @throws SettingError */
  static async create(config: Config): Promise<Api> {
    boundHeapGrowth();
    return new Api(await createApp(config), config);
  }

  /** @throws SettingError when a port cannot be had */
  async listen(): Promise<void> {
    const metrics = await listenForMetrics(() => metricsOf(this.app), this.config);
    this.metricsAddress = metrics?.address;
    this.closeMetrics = metrics?.close;
    this.address = await listen(this.app, this.config);
    void this.app.get(WarmUp).run();
  }

  /** Prints results of checks after the start: the code for the first admin, and whether the model is available. */
  announceFindings(): void {
    const print = (line: string | null) => line && process.stdout.write(`  ${line}\n`);
    // A database that does not respond now has other messages for the operator.
    const code = this.app.get(FirstAdminSetup).code();
    void code.then(
      (text) => text && print(`Admin: none yet. The page asks for the first one, with the code ${text}`),
      () => undefined,
    );
    void this.app.get(ModelCheck).finished.then(print);
  }

  /**
   * Lets running answers and requests end before anything that they need is taken down. After SIGINT, which is sent from a
   * terminal rather than by a rolling restart, idle connections are closed at once.
   */
  async leave(signal?: NodeJS.Signals): Promise<void> {
    const { app } = this;
    const server: Server = app.getHttpServer();
    app.get(Readiness).drain();
    const keepConnections = endConnections(server);
    await app.get(RunProducer).drain(GRACE_MS);
    keepConnections();
    await stopServing(server, signal === 'SIGINT' ? { idleMs: 0 } : {});
    await app.close();
    this.closeMetrics?.();
  }
}

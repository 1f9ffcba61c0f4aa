import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EmbeddingModels } from './adapters/embeddings/embedding-models.js';
import { LOCAL_MODEL } from './adapters/embeddings/local-embeddings.js';
import { announce, announceRestored } from './announcement.js';
import { untilRestored } from './backup/until-restored.js';
import { ApiWorkers } from './cluster/api-workers.js';
import { ClusterMetrics } from './cluster/cluster-metrics.js';
import { builtFile } from './common/built-file.js';
import { logOutput } from './common/logs/log-output.js';
import { Logger } from './common/logger.js';
import { Config } from './config/config.js';
import { freePort } from './embedded/engine.js';
import type { EmbeddedEngines } from './embedded/embedded-engines.js';
import { exitOnSignal } from './exit-on-signal.js';
import { listenForMetrics, registryOf } from './metrics.setup.js';
import { Gauges } from './telemetry/gauges.js';
import { snapshotOf } from './telemetry/metrics-snapshot.js';
import { openTraces } from './trace.setup.js';
import { WorkerModule } from './worker.module.js';

/** Connections of all processes together to an embedded PostgreSQL, which allows 50. */
const EMBEDDED_CONNECTIONS = 40;

/**
 * Serves the API by several worker processes on one port (`WORKERS`), until a signal ends them all. This one keeps the
 * engines and the database up to date, indexes, embeds, gathers metrics, and replaces workers that end.
 * @throws SettingError for a setting that cannot be used; the engines are stopped then
 */
export async function runCluster(engines: EmbeddedEngines): Promise<void> {
  try {
    const port = Config.on(engines).env.PORT || (await freePort());
    const create = () => Cluster.create(Config.on(engines, { PORT: String(port) }));
    let running = await create();
    const { config } = running;
    const logger = running.context.get(Logger);
    const sendTraces = await openTraces(config, logger);
    exitOnSignal(async () => {
      await running.leave();
      await engines.stop();
      await sendTraces();
    }, logger);
    await running.listen((address) => {
      announce({ address, metricsAddress: running.metricsAddress, engines, config }, logger);
      logOutput.release();
    });
    for (;;) {
      await untilRestored(running.context);
      announceRestored();
      await running.leave();
      running = await create();
      await running.listen((address) => process.stdout.write(`Parley listens on ${address}\n`));
    }
  } catch (error) {
    await engines.stop();
    throw error;
  }
}

/** The primary process and its workers, from their start to their end. */
class Cluster {
  /** Of METRICS_PORT; undefined where it is not set. */
  metricsAddress?: string;
  private closeMetrics?: () => void;
  private workers?: ApiWorkers;
  private readonly metrics = new ClusterMetrics();

  private constructor(
    readonly config: Config,
    readonly context: INestApplicationContext,
  ) {}

  /** @throws SettingError */
  static async create(config: Config): Promise<Cluster> {
    const context = await NestFactory.createApplicationContext(
      WorkerModule.with(config, config.env.INGESTION_WORKER === 'inside'),
      { logger: new Logger(config), abortOnError: false },
    );
    return new Cluster(config, context);
  }

  /**
   * Starts the workers.
   * @param onListening called with the address once the first of them listens
   * @throws SettingError when none can
   */
  async listen(onListening: (address: string) => void): Promise<void> {
    const { config, context, metrics } = this;
    context.get(Gauges).add({
      name: 'parley_api_workers',
      help: 'API worker processes that listen',
      read: () => this.workers?.count ?? 0,
    });
    const registry = registryOf(context);
    metrics.add({ metrics: () => snapshotOf(registry) });
    const served = await listenForMetrics(() => () => metrics.text(), config);
    this.metricsAddress = served?.address;
    this.closeMetrics = served?.close;
    this.workers = new ApiWorkers({
      file: builtFile('./cluster-worker.js', import.meta.url),
      count: config.workers,
      task: { settings: settingsOfWorkers(config), embedded: config.embedded },
      embed: (texts) => context.get(EmbeddingModels).of(LOCAL_MODEL).embed(texts),
      metrics: () => metrics.text(),
      onListening,
      onStart: (worker) => metrics.add(worker),
      onEnd: (worker) => void metrics.remove(worker),
      onRestart: (sentence) => process.stderr.write(`${sentence}\n`),
    });
    await this.workers.listening;
  }

  /** Lets running answers, requests and indexing end before anything that they need is taken down. */
  async leave(): Promise<void> {
    await this.workers?.leave();
    await this.context.close();
    this.closeMetrics?.();
  }
}

/** Settings of the workers that disable the tasks of the primary process. */
const settingsOfWorkers = ({ env, embedded, workers }: Config): Record<string, string> => ({
  WORKERS: '1',
  PORT: String(env.PORT),
  INGESTION_WORKER: 'external',
  METRICS_PORT: '',
  ...(env.DATABASE_URL && { DATABASE_URL: env.DATABASE_URL }),
  ...(env.REDIS_URL && { REDIS_URL: env.REDIS_URL }),
  ...(embedded.postgres && {
    DATABASE_POOL: String(
      Math.max(1, Math.min(env.DATABASE_POOL, Math.floor(EMBEDDED_CONNECTIONS / (workers + 1)))),
    ),
  }),
});

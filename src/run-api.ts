import { existsSync } from 'node:fs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp, listen } from './app.setup.js';
import { RunProducer } from './chat/run-producer.js';
import { Logger } from './common/logger.js';
import { Config } from './config/config.js';
import { SettingError } from './config/env.js';
import { EmbeddedError } from './embedded/embedded-error.js';
import { startEmbedded, type EmbeddedEngines } from './embedded/embedded-engines.js';
import { Readiness } from './health/readiness.js';

/** Running answers may end on their own for so long after SIGTERM. */
const GRACE_MS = 10_000;
/** The process is gone by then, whatever hangs. */
const DEADLINE_MS = 28_000;

/** The whole life of the API process: settings, engines, serving, and the way out. */
export async function runApi(): Promise<void> {
  let engines: EmbeddedEngines | undefined;
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const settings = new Config();
    engines = await startEmbedded({
      dataDir: settings.dataDir,
      postgres: !settings.env.DATABASE_URL,
      redis: !settings.env.REDIS_URL,
    });
    void engines.failed.then(leaveWith);
    const config = withEngines(engines);
    const app = await createApp(config);
    leaveOnSignal(app, engines);
    const address = await listen(app, config);
    announce(address, engines, config);
  } catch (error) {
    await engines?.stop();
    if (!(error instanceof SettingError || error instanceof EmbeddedError)) throw error;
    leaveWith(error);
  }
}

function leaveWith({ message }: Error): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const withEngines = ({ databaseUrl, redisUrl }: EmbeddedEngines) =>
  new Config({
    ...process.env,
    ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    ...(redisUrl && { REDIS_URL: redisUrl }),
  });

/** The first signal lets running answers end, a second one does not wait. */
function leaveOnSignal(app: NestExpressApplication, engines: EmbeddedEngines): void {
  const leave = async () => {
    setTimeout(() => process.exit(1), DEADLINE_MS).unref();
    app.get(Readiness).drain();
    await app.get(RunProducer).drain(GRACE_MS);
    const closed = app.close();
    app.getHttpServer().closeAllConnections();
    await closed;
    await engines.stop();
    process.exit(0);
  };
  let leaving = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (leaving) process.exit(1);
      leaving = true;
      leave().catch((error: unknown) => {
        app.get(Logger).error({ err: error }, 'shutdown failed');
        process.exit(1);
      });
    });
}

function announce(address: string, engines: EmbeddedEngines, { env, hasModel }: Config): void {
  const lines = [
    `Parley listens on ${address}  (documentation: ${address}/docs)`,
    ...engines.summary,
    ...(engines.databaseUrl ? [] : ['PostgreSQL of DATABASE_URL']),
    ...(engines.redisUrl ? [] : ['Redis of REDIS_URL']),
    env.INGESTION_WORKER === 'inside' ? 'Worker: inside' : 'Worker: external (npm run worker)',
    env.OPENAI_EMBEDDING_MODEL ? `Embeddings: ${env.OPENAI_EMBEDDING_MODEL}` : 'Embeddings: local',
    hasModel
      ? `Model: ${env.OPENAI_MODEL}`
      : 'Model: offline. For a real one set OPENAI_API_KEY, or OPENAI_BASE_URL for any OpenAI-compatible server.',
  ];
  process.stdout.write(`${lines.join('\n  ')}\n`);
}

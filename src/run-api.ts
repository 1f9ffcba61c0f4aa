import type { Server, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp, listen } from './app.setup.js';
import { FirstAdminSetup } from './auth/accounts/first-admin-setup.js';
import { RunProducer } from './runs/run-producer.js';
import { ModelCheck } from './adapters/openai/model-check.js';
import { openAiServerOf } from './adapters/openai/openai-server.js';
import { logOutput } from './common/logs/log-output.js';
import { Logger } from './common/logger.js';
import { Config } from './config/config.js';
import type { EmbeddedEngines } from './embedded/embedded-engines.js';
import { Readiness } from './health/readiness.js';
import { exitOnSignal } from './exit-on-signal.js';
import { listenForMetrics, metricsOf } from './metrics.setup.js';
import { openTraces } from './trace.setup.js';
import { stopServing } from './stop-serving.js';

/** Running answers may end on their own for so long after SIGTERM. */
const GRACE_MS = 10_000;

/**
 * Serves the API over engines that run, until a signal ends the process.
 * @throws SettingError for a setting that cannot be used; the engines are stopped then
 */
export async function runApi(engines: EmbeddedEngines): Promise<void> {
  try {
    const config = withEngines(engines);
    const app = await createApp(config);
    const sendTraces = await openTraces(config, app.get(Logger));
    exitOnSignal(async () => {
      await leave(app, engines);
      await sendTraces();
    }, app.get(Logger));
    const metrics = await listenForMetrics(() => metricsOf(app), config);
    const address = await listen(app, config);
    announce(address, engines, config, app.get(Logger));
    if (metrics) process.stdout.write(`  Metrics: ${metrics.address}\n`);
    void announceFirstAdmin(app.get(FirstAdminSetup));
    logOutput.release();
    void app.get(ModelCheck).finished.then((line) => line && process.stdout.write(`  ${line}\n`));
  } catch (error) {
    await engines.stop();
    throw error;
  }
}

const withEngines = ({ databaseUrl, redisUrl }: EmbeddedEngines) =>
  new Config(
    {
      ...process.env,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      ...(redisUrl && { REDIS_URL: redisUrl }),
    },
    { postgres: Boolean(databaseUrl), redis: Boolean(redisUrl) },
  );

/** Lets running answers and requests end before anything that they need is taken down. */
async function leave(app: NestExpressApplication, engines: EmbeddedEngines): Promise<void> {
  const server: Server = app.getHttpServer();
  app.get(Readiness).drain();
  refuseRequests(server);
  await app.get(RunProducer).drain(GRACE_MS);
  await stopServing(server);
  await app.close();
  await engines.stop();
}

/** Every answer ends its connection: a client that would keep it comes back on a new one, which may lead elsewhere. */
function refuseRequests(server: Server): void {
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
}

function announce(address: string, engines: EmbeddedEngines, config: Config, logger: Logger): void {
  const { env, hasModel, notices } = config;
  const lines = [
    `Parley listens on ${address}  (open it in a browser; documentation: ${address}/docs)`,
    ...engines.summary,
    ...(engines.databaseUrl ? [] : ['PostgreSQL of DATABASE_URL']),
    ...(engines.redisUrl ? [] : ['Redis of REDIS_URL']),
    env.INGESTION_WORKER === 'inside' ? 'Worker: inside' : 'Worker: external (npm run worker)',
    env.OPENAI_EMBEDDING_MODEL ? `Embeddings: ${env.OPENAI_EMBEDDING_MODEL}` : 'Embeddings: local',
    hasModel
      ? `Model: ${env.OPENAI_MODEL}`
      : 'Model: offline. For a real one set OPENAI_API_KEY, or OPENAI_BASE_URL for any OpenAI-compatible server.',
    ...notices,
    ...(hasModel ? openAiServerOf(config, logger).address.repairs : []).map(
      (repair) => `OPENAI_BASE_URL: ${repair}`,
    ),
  ];
  process.stdout.write(`${lines.join('\n  ')}\n`);
}

async function announceFirstAdmin(setup: FirstAdminSetup): Promise<void> {
  // A database that does not respond now has other messages for the operator.
  const code = await setup.code().catch(() => null);
  if (code)
    process.stdout.write(`  Admin: none yet. The page asks for the first one, with the code ${code}\n`);
}

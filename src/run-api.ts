import { Api } from './api.js';
import { untilRestored } from './restored.js';
import { FirstAdminSetup } from './auth/accounts/first-admin-setup.js';
import { ModelCheck } from './adapters/openai/model-check.js';
import { openAiServerOf } from './adapters/openai/openai-server.js';
import { logOutput } from './common/logs/log-output.js';
import { Logger } from './common/logger.js';
import { Config } from './config/config.js';
import type { EmbeddedEngines } from './embedded/embedded-engines.js';
import { exitOnSignal } from './exit-on-signal.js';
import { openTraces } from './trace.setup.js';

/**
 * Serves the API over engines that run, until a signal ends the process.
 * @throws SettingError for a setting that cannot be used; the engines are stopped then
 */
export async function runApi(engines: EmbeddedEngines): Promise<void> {
  try {
    const config = withEngines(engines);
    let api = await Api.create(config);
    const { app } = api;
    const sendTraces = await openTraces(config, app.get(Logger));
    exitOnSignal(async () => {
      await api.leave();
      await engines.stop();
      await sendTraces();
    }, app.get(Logger));
    await api.listen();
    announce(api.address, engines, config, app.get(Logger));
    if (api.metricsAddress) process.stdout.write(`  Metrics: ${api.metricsAddress}\n`);
    void announceFirstAdmin(app.get(FirstAdminSetup));
    logOutput.release();
    void app.get(ModelCheck).finished.then((line) => line && process.stdout.write(`  ${line}\n`));
    for (;;) {
      await untilRestored(api);
      process.stdout.write('A backup was restored: Parley begins anew with it.\n');
      const { port } = new URL(api.address);
      await api.leave();
      api = await Api.create(withEngines(engines, { PORT: port }));
      await api.listen();
      process.stdout.write(`Parley listens on ${api.address}\n`);
    }
  } catch (error) {
    await engines.stop();
    throw error;
  }
}

const withEngines = ({ databaseUrl, redisUrl }: EmbeddedEngines, more: Record<string, string> = {}) =>
  new Config(
    {
      ...process.env,
      ...more,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      ...(redisUrl && { REDIS_URL: redisUrl }),
    },
    { postgres: Boolean(databaseUrl), redis: Boolean(redisUrl) },
  );

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

import { openAiServerOf } from './adapters/openai/openai-server.js';
import type { Logger } from './common/logger.js';
import type { Config } from './config/config.js';
import type { EmbeddedEngines } from './embedded/embedded-engines.js';

export interface Announcement {
  address: string;
  /** Of METRICS_PORT, where it is set. */
  metricsAddress?: string;
  engines: EmbeddedEngines;
  config: Config;
}

/** Prints once the address of Parley and its engines. */
export function announce({ address, metricsAddress, engines, config }: Announcement, logger: Logger): void {
  const { env, hasModel, notices, workers } = config;
  const lines = [
    `Parley listens on ${address}  (open it in a browser; documentation: ${address}/docs)`,
    ...engines.summary,
    ...(engines.databaseUrl ? [] : ['PostgreSQL of DATABASE_URL']),
    ...(engines.redisUrl ? [] : ['Redis of REDIS_URL']),
    ...(workers > 1 ? [`API workers: ${workers}`] : []),
    env.INGESTION_WORKER === 'inside' ? 'Worker: inside' : 'Worker: external (npm run worker)',
    env.OPENAI_EMBEDDING_MODEL ? `Embeddings: ${env.OPENAI_EMBEDDING_MODEL}` : 'Embeddings: local',
    hasModel
      ? `Model: ${env.OPENAI_MODEL}`
      : 'Model: offline. For a real one set OPENAI_API_KEY, or OPENAI_BASE_URL for any OpenAI-compatible server.',
    ...notices,
    ...(hasModel ? openAiServerOf(config, logger).address.repairs : []).map(
      (repair) => `OPENAI_BASE_URL: ${repair}`,
    ),
    ...(metricsAddress ? [`Metrics: ${metricsAddress}`] : []),
  ];
  process.stdout.write(`${lines.join('\n  ')}\n`);
}

/** Prints that Parley restarts. */
export function announceRestored(): void {
  process.stdout.write('A backup was restored: Parley restarts with it.\n');
}

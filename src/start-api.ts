import { existsSync } from 'node:fs';
import { openLogs } from './common/logs/log-output.js';
import { Config } from './config/config.js';
import { SettingError } from './config/env.js';
import { EmbeddedError } from './embedded/embedded-error.js';
import { startEmbedded } from './embedded/embedded-engines.js';

/** The whole life of the API process: settings, engines, serving, and the way out. */
export async function startApi(): Promise<void> {
  try {
    await openLogs();
    if (existsSync('.env')) process.loadEnvFile('.env');
    const settings = new Config();
    const starting = startEmbedded({
      dataDir: settings.dataDir,
      postgres: !settings.env.DATABASE_URL,
      redis: !settings.env.REDIS_URL,
      onRestart: (sentence) => process.stderr.write(`${sentence}\n`),
    });
    // The application takes about as long to load as the engines to start.
    const loading = settings.workers > 1 ? loadCluster() : loadApi();
    const [engines] = await Promise.allSettled([starting, loading]);
    if (engines.status === 'rejected') throw engines.reason;
    void engines.value.failed.then(exitWith);
    const run = await loading;
    await run(engines.value);
  } catch (error) {
    if (!(error instanceof SettingError || error instanceof EmbeddedError)) throw error;
    exitWith(error);
  }
}

const loadApi = async () => (await import('./run-api.js')).runApi;
const loadCluster = async () => (await import('./run-cluster.js')).runCluster;

function exitWith({ message }: Error): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

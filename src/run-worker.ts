import { existsSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { logOutput, openLogs } from './common/logs/log-output.js';
import { Logger } from './common/logger.js';
import { Config } from './config/config.js';
import { SettingError } from './config/env.js';
import { exitOnSignal } from './exit-on-signal.js';
import { listenForMetrics, metricsOf } from './metrics.setup.js';
import { openTraces } from './trace.setup.js';
import { WorkerModule } from './worker.module.js';

/** The whole life of a worker process: settings, indexing, and the way out. */
export async function runWorker(): Promise<void> {
  try {
    await openLogs();
    if (existsSync('.env')) process.loadEnvFile('.env');
    const config = new Config();
    for (const name of ['DATABASE_URL', 'REDIS_URL'] as const)
      if (!config.env[name])
        throw new SettingError(`${name} is required by the worker: the API's own engines are not shared`);
    const worker = await NestFactory.createApplicationContext(WorkerModule.with(config), {
      logger: new Logger(config),
      abortOnError: false,
    });
    // Running jobs end, or are given back.
    const sendTraces = await openTraces(config, worker.get(Logger));
    exitOnSignal(async () => {
      await worker.close();
      await sendTraces();
    }, worker.get(Logger));
    const metrics = await listenForMetrics(() => metricsOf(worker), config);
    process.stdout.write(`Parley worker, ${config.env.INGESTION_CONCURRENCY} files at once\n`);
    if (metrics) process.stdout.write(`  Metrics: ${metrics.address}\n`);
    logOutput.release();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

import { existsSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from './common/logger.js';
import { Config } from './config/config.js';
import { SettingError } from './config/env.js';
import { WorkerModule } from './worker.module.js';

/** The process is gone by then, whatever hangs. */
const DEADLINE_MS = 28_000;

/** The whole life of a worker process: settings, indexing, and the way out. */
export async function runWorker(): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const config = new Config();
    for (const name of ['DATABASE_URL', 'REDIS_URL'] as const)
      if (!config.env[name])
        throw new SettingError(`${name} is required by the worker: the API's own engines are not shared`);
    const worker = await NestFactory.createApplicationContext(WorkerModule.with(config), {
      logger: new Logger(config),
      abortOnError: false,
    });
    leaveOnSignal(worker);
    process.stdout.write(`Parley worker, ${config.env.INGESTION_CONCURRENCY} files at once\n`);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** The first signal lets running jobs end or gives them back, a second one does not wait. */
function leaveOnSignal(worker: INestApplicationContext): void {
  const leave = async () => {
    setTimeout(() => process.exit(1), DEADLINE_MS).unref();
    await worker.close();
    process.exit(0);
  };
  let leaving = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (leaving) process.exit(1);
      leaving = true;
      leave().catch((error: unknown) => {
        worker.get(Logger).error({ err: error }, 'shutdown failed');
        process.exit(1);
      });
    });
}

/**
 * Writes a small backup of an installation of this version for the test of upgrades: `npm run release:fixture`, once
 * a release, after the last migration. test/flows/upgrades.spec.ts starts the program from each of these files.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createApp, listen } from '../src/app.setup.js';
import { writeBackup } from '../src/backup/backup.js';
import { openStores } from '../src/backup/stores.js';
import { API_VERSION } from '../src/common/openapi.js';
import { Config } from '../src/config/config.js';
import { startEmbedded } from '../src/embedded/embedded-engines.js';
import { useInstallation, type Used } from './support/used-installation.js';

const FOLDER = 'test/releases';
const MAX_BYTES = 100_000;

const dataDir = await mkdtemp(join(tmpdir(), 'parley-release-'));
const engines = await startEmbedded({ dataDir, postgres: true, redis: true });
try {
  const config = new Config({
    DATA_DIR: dataDir,
    DATABASE_URL: engines.databaseUrl,
    REDIS_URL: engines.redisUrl,
    JWT_SECRET: 'the secret of an installation that is a fixture',
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'off',
  });
  const used = await useProgram(config);
  await leaveOutFilms(engines.databaseUrl!);
  await mkdir(FOLDER, { recursive: true });
  const file = join(FOLDER, `${API_VERSION}.backup`);
  await backUp(config, file);
  await writeFile(join(FOLDER, `${API_VERSION}.json`), `${JSON.stringify(used, null, 2)}\n`);
  const { size } = await stat(file);
  console.log(`${file}: ${size} bytes`);
  if (size > MAX_BYTES) throw new Error(`${file} has more than ${MAX_BYTES} bytes`);
} finally {
  await engines.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function useProgram(config: Config): Promise<Used> {
  const app = await createApp(config);
  try {
    return await useInstallation(await listen(app, config));
  } finally {
    await app.close();
  }
}

async function backUp(config: Config, file: string): Promise<void> {
  const stores = await openStores(config);
  try {
    await writeBackup(stores, file);
  } finally {
    await stores.close();
  }
}

/** They are shipped with the program, which loads them at its start. */
async function leaveOutFilms(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query('DELETE FROM films; UPDATE catalogue_state SET shipped_checksum = NULL');
  } finally {
    await client.end();
  }
}

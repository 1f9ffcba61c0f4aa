import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import type { BlobStore } from '../adapters/blob-store/blob-store.js';
import { publish } from '../adapters/redis/redis.js';
import { replaceSecret } from '../config/kept-secret.js';
import { createDataSource, openDatabase, tableNames } from '../database/data-source.js';
import { BackupFile } from './backup-file.js';
import { BLOBS, ROOMS, SECRETS, TABLES } from './backup.js';
import { BackupError, differences, type Manifest } from './manifest.js';
import { clearRooms, writeRoom, type RoomKey } from './rooms.js';
import type { Stores } from './stores.js';
import {
  advanceSequences,
  emptyTables,
  listMigrations,
  listTables,
  prepareSession,
  tallyTables,
  writeTable,
} from './tables.js';
import { ChecksumStream } from './checksum-stream.js';

/** Redis channel: running Parley processes reload everything after a message on it. */
export const RESTORED_CHANNEL = 'parley:restored';

export interface RestoreOptions {
  /** Whether the stored data may be overwritten. */
  overwrite: boolean;
}

/**
 * Replaces all stored data by a backup, while Parley runs: rows in one transaction, rolled back on any failure,
 * also a wrong digest.
 * @returns the manifest of the restored backup
 * @throws BackupError when the file is not a backup, is damaged or too new, or existing data may not be overwritten
 */
export async function restoreBackup(
  stores: Stores,
  file: string,
  { overwrite }: RestoreOptions,
): Promise<Manifest> {
  const backup = await BackupFile.open(file);
  try {
    const { manifest } = backup;
    refuseNewer(manifest);
    // An empty database gets its tables; the schema is brought to that of the backup further down.
    await (await openDatabase({ url: stores.databaseUrl, pool: 1 })).destroy();
    const source = await createDataSource({ url: stores.databaseUrl, pool: 2, deadline: 0 }).initialize();
    try {
      await inTransaction(source, (client, runner) =>
        replaceAll({ stores, backup, source, client, runner, overwrite }),
      );
    } finally {
      await source.destroy();
    }
    await restoreRooms(stores, backup);
    await restoreSecrets(stores, backup);
    await publish(stores.redis, RESTORED_CHANNEL, manifest.createdAt);
    return manifest;
  } finally {
    await backup.close();
  }
}

interface Replacement {
  stores: Stores;
  backup: BackupFile;
  source: DataSource;
  client: ClientBase;
  runner: QueryRunner;
  overwrite: boolean;
}

async function replaceAll({ stores, backup, source, client, runner, overwrite }: Replacement): Promise<void> {
  const { manifest } = backup;
  if (!overwrite) await refuseUsed(client);
  // Triggers and constraints are restored before migrations, which may name them.
  await (
    await emptyTables(client, await listTables(client, tableNames()))
  )();
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'none';
  const undone = (await listMigrations(client)).filter((name) => !manifest.migrations.includes(name));
  for (const _ of undone) await executor.undoLastMigration();
  const tables = await listTables(client, tableNames());
  const putBack = await emptyTables(client, tables);
  for (const [name, { columns }] of Object.entries(manifest.tables))
    await writeTable(client, { name, columns }, await backup.read(`${TABLES}${name}`));
  await putBack();
  await advanceSequences(client, tables);
  const restored = { ...manifest, tables: await tallyTables(client, tables) };
  const wrong = differences(manifest, restored);
  if (wrong.length > 0) throw new BackupError(`${wrong.join(', ')} would differ from the backup`);
  if (undone.length > 0) await executor.executePendingMigrations();
  if (!hasVectors(stores, manifest)) await client.query('DELETE FROM indexed_documents');
  await restoreBlobs(stores.blobs, backup);
}

/** Whether the restored vectors are those that are searched; without them workers index the documents anew. */
export const hasVectors = ({ config }: Pick<Stores, 'config'>, { tables }: Manifest): boolean =>
  !config.env.QDRANT_URL && (tables.vector_points?.count ?? 0) > 0;

async function inTransaction(
  source: DataSource,
  work: (client: ClientBase, runner: QueryRunner) => Promise<void>,
): Promise<void> {
  const runner = source.createQueryRunner();
  const client = (await runner.connect()) as ClientBase;
  try {
    await prepareSession(client);
    await runner.startTransaction();
    await work(client, runner);
    await runner.commitTransaction();
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

function refuseNewer({ migrations: known, version }: Manifest): void {
  const ours = migrations.map(({ name }) => name);
  if (known.some((name) => !ours.includes(name)))
    throw new BackupError(
      `the backup was made by a later version of Parley (${version}): restore it with that one`,
    );
}

async function refuseUsed(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    'SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM attachments) AS used',
  );
  if (rows[0]?.used)
    throw new BackupError(
      'there are accounts already, which would be lost: add --overwrite to replace everything',
    );
}

async function restoreBlobs(blobs: BlobStore, backup: BackupFile): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-restore-'));
  try {
    for (const [key, { sha256 }] of Object.entries(backup.manifest.blobs)) {
      const file = join(folder, 'blob');
      const tally = new ChecksumStream();
      await pipeline(await backup.read(`${BLOBS}${key}`), tally, createWriteStream(file));
      if (tally.sha256 !== sha256) throw new BackupError(`the file ${key} in the backup is damaged`);
      await blobs.put(key, file);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function restoreRooms({ logs }: Stores, backup: BackupFile): Promise<void> {
  await clearRooms(logs);
  for await (const line of createInterface({ input: await backup.read(ROOMS) }))
    if (line) await writeRoom(logs, JSON.parse(line) as RoomKey);
}

/** A configured secret takes precedence; the backup's log-ins are then invalid, unless it is the same. */
async function restoreSecrets({ config }: Stores, backup: BackupFile): Promise<void> {
  const { jwtSecret } = JSON.parse(await backup.readText(SECRETS)) as { jwtSecret: string };
  if (!config.env.JWT_SECRET) replaceSecret(config.dataDir, jwtSecret);
}

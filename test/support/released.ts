import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { LogRedis } from '../../src/adapters/redis/log-redis.js';
import { createRedis } from '../../src/adapters/redis/redis.js';
import { DiskBlobStore } from '../../src/adapters/blob-store/disk-blob-store.js';
import { BackupFile } from '../../src/backup/backup-file.js';
import { BLOBS, ROOMS, TABLES } from '../../src/backup/backup.js';
import { writeRoom, type RoomKey } from '../../src/backup/rooms.js';
import {
  advanceSequences,
  emptyTables,
  listTables,
  prepareSession,
  writeTable,
} from '../../src/backup/tables.js';
import type { Used } from '../../scripts/support/used-installation.js';

const DAY_MS = 86_400_000;

/** What users of that version did in it. */
export const usedIn = async (version: string): Promise<Used> =>
  JSON.parse(await readFile(`test/releases/${version}.json`, 'utf8')) as Used;

/** Puts an installation of a released version into servers, with the tables as that version had them. */
export async function installReleased(
  version: string,
  { databaseUrl, redisUrl, dataDir }: Record<'databaseUrl' | 'redisUrl' | 'dataDir', string>,
): Promise<void> {
  const backup = await BackupFile.open(`test/releases/${version}.backup`);
  try {
    await fillTables(databaseUrl, backup);
    await fillBlobs(dataDir, backup);
    await fillRooms(redisUrl, backup);
  } finally {
    await backup.close();
  }
}

async function fillTables(url: string, backup: BackupFile): Promise<void> {
  const { manifest } = backup;
  const then = migrations.filter(({ name }) => manifest.migrations.includes(name));
  expect(then.map(({ name }) => name)).toEqual(manifest.migrations);
  const source = await new DataSource({ type: 'postgres', url, migrations: then }).initialize();
  try {
    await source.runMigrations();
    const runner = source.createQueryRunner();
    const client = (await runner.connect()) as ClientBase;
    await prepareSession(client);
    await runner.startTransaction();
    const tables = await listTables(client, Object.keys(manifest.tables));
    const putBack = await emptyTables(client, tables);
    for (const [name, { columns }] of Object.entries(manifest.tables))
      await writeTable(client, { name, columns }, await backup.read(`${TABLES}${name}`));
    await putBack();
    // A dump of PostgreSQL would have their values; copies of tables do not.
    await advanceSequences(client, tables);
    await runner.commitTransaction();
    await runner.release();
  } finally {
    await source.destroy();
  }
}

async function fillBlobs(dataDir: string, backup: BackupFile): Promise<void> {
  const blobs = new DiskBlobStore(join(dataDir, 'blobs'), { warn: () => undefined });
  const folder = await mkdtemp(join(tmpdir(), 'parley-released-'));
  for (const key of Object.keys(backup.manifest.blobs)) {
    const file = join(folder, 'blob');
    await pipeline(await backup.read(`${BLOBS}${key}`), createWriteStream(file));
    await blobs.put(key, file);
  }
  await rm(folder, { recursive: true, force: true });
}

/** Rooms last for days, a fixture for years. */
async function fillRooms(url: string, backup: BackupFile): Promise<void> {
  const redis = createRedis(url, { enableOfflineQueue: true });
  const expiresAt = Date.now() + DAY_MS;
  for await (const line of createInterface({ input: await backup.read(ROOMS) })) {
    if (!line) continue;
    const room = JSON.parse(line) as RoomKey;
    const members =
      room.type === 'zset' ? room.members.map((part, i) => (i % 2 ? String(expiresAt / 1_000) : part)) : [];
    await writeRoom(new LogRedis(redis, null), {
      ...room,
      ...(room.type === 'zset' && { members }),
      expiresAt,
    } as RoomKey);
  }
  redis.disconnect();
}

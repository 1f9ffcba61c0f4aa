import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { ZipFile } from 'yazl';
import {
  BlobMissingError,
  originalKey,
  tablesKey,
  textKey,
  type BlobStore,
} from '../adapters/blob-store/blob-store.js';
import { API_VERSION } from '../common/openapi.js';
import { tableNames } from '../database/data-source.js';
import { FORMAT, type Manifest } from './manifest.js';
import { contentOf, readRooms } from './rooms.js';
import { withClient, type Stores } from './stores.js';
import { listMigrations, listTables, readTable } from './tables.js';
import { ChecksumStream } from './checksum-stream.js';
import { flush } from '../common/flush.js';

/** Entry names in a backup. */
export const TABLES = 'tables/';
export const BLOBS = 'blobs/';
export const ROOMS = 'rooms.jsonl';
export const SECRETS = 'secrets.json';
export const MANIFEST = 'manifest.json';

/**
 * Writes a backup to one file with owner-only permissions, while Parley runs: a consistent snapshot of the rows,
 * and the blobs they refer to. The file is renamed to its final name when complete.
 */
export async function writeBackup(stores: Stores, file: string): Promise<Manifest> {
  const part = `${file}.part`;
  try {
    const manifest = await withClient(stores, (client) => writeArchive(stores, client, part));
    await flush(part);
    await rename(part, file);
    await flush(dirname(file));
    return manifest;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function writeArchive(stores: Stores, client: ClientBase, part: string): Promise<Manifest> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const manifest: Manifest = {
    format: FORMAT,
    version: API_VERSION,
    createdAt: new Date().toISOString(),
    migrations: await listMigrations(client),
    tables: {},
    blobs: {},
    rooms: { count: 0, sha256: '' },
  };
  const tables = await listTables(client, tableNames());
  const keys = await blobKeys(client);
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(part, { mode: 0o600 }));
  const failed = new Promise<never>((_, reject) => zip.once('error', reject));
  const add = async (name: string, content: Readable, compress = true): Promise<ChecksumStream> => {
    const tally = new ChecksumStream();
    const passed = pipeline(content, tally, { end: true }).catch((error: unknown) =>
      zip.emit('error', error),
    );
    zip.addReadStream(tally, name, { compress, mode: 0o600 });
    await Promise.race([passed, failed, written]);
    return tally;
  };
  for (const table of tables) {
    const tally = await add(`${TABLES}${table.name}`, readTable(client, table));
    manifest.tables[table.name] = { count: tally.lines, sha256: tally.sha256, columns: table.columns };
  }
  for (const key of keys) {
    const blob = await readBlob(stores.blobs, key);
    if (!blob) continue;
    const tally = await add(`${BLOBS}${key}`, blob, !key.endsWith('/original'));
    manifest.blobs[key] = { count: tally.bytes, sha256: tally.sha256 };
  }
  await client.query('COMMIT');
  manifest.rooms = await addRooms(stores, add);
  await add(SECRETS, Readable.from([JSON.stringify({ jwtSecret: stores.config.jwtSecret })]));
  await add(MANIFEST, Readable.from([JSON.stringify(manifest, null, 1)]));
  zip.end();
  await written;
  return manifest;
}

async function addRooms(
  { logs }: Stores,
  add: (name: string, content: Readable) => Promise<ChecksumStream>,
): Promise<Manifest['rooms']> {
  const content = new ChecksumStream();
  content.resume();
  const lines = async function* () {
    for await (const room of readRooms(logs)) {
      content.write(`${contentOf(room)}\n`);
      yield `${JSON.stringify(room)}\n`;
    }
  };
  const { lines: count } = await add(ROOMS, Readable.from(lines()));
  content.end();
  return { count, sha256: content.sha256 };
}

/** Possible blob keys of all attachments; not every attachment has all of them. */
async function blobKeys(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM attachments ORDER BY id');
  return rows.flatMap(({ id }) => [originalKey(id), textKey(id), tablesKey(id)]);
}

async function readBlob(blobs: BlobStore, key: string): Promise<Readable | null> {
  try {
    return await blobs.read(key);
  } catch (error) {
    if (error instanceof BlobMissingError) return null;
    throw error;
  }
}

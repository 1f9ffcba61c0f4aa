import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  BlobMissingError,
  BlobStoreError,
  blobPrefix,
  originalKey,
  textKey,
  type BlobStore,
} from '../../src/adapters/blob-store/blob-store.js';
import { DiskBlobStore } from '../../src/adapters/blob-store/disk-blob-store.js';
import { S3BlobStore } from '../../src/adapters/blob-store/s3-blob-store.js';
import { BUCKET, CREDENTIALS, FakeS3 } from '../support/fake-s3.js';

const quiet = { warn: () => undefined };
const bytesOf = (stream: Readable) => buffer(stream);

let dir: string;
let s3: FakeS3;
const made: S3BlobStore[] = [];

const onDisk = () => new DiskBlobStore(join(dir, 'blobs'), quiet);
function onS3(changes: Partial<ConstructorParameters<typeof S3BlobStore>[0]> = {}) {
  const options = { bucket: BUCKET, region: 'us-east-1', endpoint: s3.url, credentials: CREDENTIALS };
  const store = new S3BlobStore({ ...options, ...changes }, quiet);
  made.push(store);
  return store;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-blobs-'));
  s3 = await FakeS3.start();
});
beforeEach(() => {
  s3.mood = 'well';
});
afterAll(async () => {
  for (const store of made) await store.onApplicationShutdown();
  await s3.close();
  await rm(dir, { recursive: true, force: true });
});

/** A local file with these bytes. */
async function file(bytes: Buffer | string): Promise<string> {
  const path = join(dir, randomUUID());
  await writeFile(path, bytes);
  return path;
}

describe.each<[string, () => BlobStore]>([
  ['on disk', onDisk],
  ['in S3', () => onS3()],
])('blobs %s', (_, make) => {
  it('are returned byte for byte', async () => {
    const [store, id, bytes] = [make(), randomUUID(), randomBytes(3_000_000)];
    await store.put(originalKey(id), await file(bytes));
    expect((await bytesOf(await store.read(originalKey(id)))).equals(bytes)).toBe(true);
  });

  it('may be empty', async () => {
    const [store, id] = [make(), randomUUID()];
    await store.put(originalKey(id), await file(''));
    expect(await bytesOf(await store.read(originalKey(id)))).toHaveLength(0);
    await store.putText(textKey(id), '');
    expect(await store.readText(textKey(id))).toBe('');
  });

  it('keep texts in every script', async () => {
    const [store, id, text] = [make(), randomUUID(), 'Größe: 東京 🎬\r\n\tend'];
    await store.putText(textKey(id), text);
    expect(await store.readText(textKey(id))).toBe(text);
  });

  it.each([
    [0, 0, 'a'],
    [2, 5, 'cdef'],
    [9, 9, 'j'],
    [0, 9, 'abcdefghij'],
  ])('are read from byte %i to byte %i', async (start, end, part) => {
    const [store, id] = [make(), randomUUID()];
    await store.put(originalKey(id), await file('abcdefghij'));
    expect((await bytesOf(await store.read(originalKey(id), { start, end }))).toString()).toBe(part);
  });

  it('are replaced by the last write', async () => {
    const [store, id] = [make(), randomUUID()];
    await store.put(originalKey(id), await file('the first, which is longer'));
    await store.put(originalKey(id), await file('the second'));
    expect((await bytesOf(await store.read(originalKey(id)))).toString()).toBe('the second');
  });

  it('leave the file they came from where it is', async () => {
    const [store, path] = [make(), await file('mine')];
    await store.put(originalKey(randomUUID()), path);
    expect(await readdir(dir)).toContain(path.split('/').at(-1));
  });

  it('are missing before the first byte when there are none', async () => {
    const store = make();
    await expect(store.read(originalKey(randomUUID()))).rejects.toThrow(BlobMissingError);
    await expect(store.readText(textKey(randomUUID()))).rejects.toThrow(BlobMissingError);
  });

  it('go all together with their prefix, and no others do', async () => {
    const [store, id, other] = [make(), randomUUID(), randomUUID()];
    const keys = Array.from({ length: 8 }, (_item, i) => `${blobPrefix(id)}part-${i}`);
    for (const key of [...keys, textKey(other)]) await store.putText(key, key);
    await store.deleteAll(blobPrefix(id));
    for (const key of keys) await expect(store.readText(key)).rejects.toThrow(BlobMissingError);
    expect(await store.readText(textKey(other))).toBe(textKey(other));
    await store.deleteAll(blobPrefix(id));
  });

  it.each([
    '',
    '/etc/passwd',
    '../secret',
    'a/../../b',
    'a//b',
    'a/./b',
    'A',
    'a b',
    'a\0b',
    'a/',
    'a~b',
    'ü',
  ])('have no key %j', async (key) => {
    const [store, path] = [make(), await file('x')];
    const notAKey = /not a key/;
    await expect(async () => store.put(key, path)).rejects.toThrow(notAKey);
    await expect(async () => store.putText(key, 'x')).rejects.toThrow(notAKey);
    await expect(async () => store.read(key)).rejects.toThrow(notAKey);
    await expect(async () => store.readText(key)).rejects.toThrow(notAKey);
  });

  it.each(['', '/', 'attachments', '../', 'a/../'])('are not deleted by the prefix %j', async (prefix) => {
    await expect(async () => make().deleteAll(prefix)).rejects.toThrow(/not a key|a prefix ends/);
  });

  it('are not stored when the file cannot be read', async () => {
    const [store, key] = [make(), originalKey(randomUUID())];
    await expect(store.put(key, join(dir, 'no-such-file'))).rejects.toThrow(BlobStoreError);
    await expect(store.read(key)).rejects.toThrow(BlobMissingError);
  });

  it('can be used', async () => {
    await make().check();
  });
});

describe('blobs on disk', () => {
  it('leave no part of a file that could not be stored', async () => {
    const id = randomUUID();
    await expect(onDisk().put(originalKey(id), join(dir, 'no-such-file'))).rejects.toThrow(BlobStoreError);
    expect(await readdir(join(dir, 'blobs', blobPrefix(id)))).toEqual([]);
  });

  it('cannot be used where no folder can be', async () => {
    const store = new DiskBlobStore(join(await file('in the way'), 'blobs'), quiet);
    await expect(store.check()).rejects.toThrow(BlobStoreError);
    await expect(store.putText('a', 'b')).rejects.toThrow(BlobStoreError);
    await expect(store.readText('a')).rejects.toThrow(BlobStoreError);
  });
});

describe('blobs in S3', () => {
  const everything = (store: BlobStore, path: string) => [
    store.check(),
    store.put('a', path),
    store.putText('a', 'b'),
    store.read('a'),
    store.readText('a'),
    store.deleteAll('a/'),
  ];

  it.each<[string, () => Promise<BlobStore>]>([
    ['with the wrong key', async () => onS3({ credentials: { ...CREDENTIALS, accessKeyId: 'AKIAOTHER' } })],
    ['without their bucket', async () => onS3({ bucket: 'no-such-bucket' })],
    ['while nobody listens', async () => onS3({ endpoint: 'http://127.0.0.1:1' })],
    ['while the server fails', async () => ((s3.mood = 'failing'), onS3())],
    ['while the server says nothing', async () => ((s3.mood = 'silent'), onS3({ deadline: 300 }))],
  ])('cannot be used %s', async (_, make) => {
    const [store, path] = [await make(), await file('x')];
    for (const answer of await Promise.allSettled(everything(store, path)))
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(BlobStoreError) });
  });

  it('work again when the server does', async () => {
    const store = onS3({ deadline: 300 });
    s3.mood = 'silent';
    await expect(store.check()).rejects.toThrow(BlobStoreError);
    s3.mood = 'well';
    await store.check();
  });
});

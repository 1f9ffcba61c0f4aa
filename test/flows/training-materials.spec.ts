import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { BlobStore, BlobStoreError, originalKey } from '../../src/adapters/blob-store/blob-store.js';
import { Git } from '../../src/admin/training-materials/git.js';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { GitRepository } from '../support/git-repository.js';

const ROUTE = '/admin/training-materials/sync';
const LFS_POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 123\n`;
const MEGABYTE = 1024 * 1024;

interface Report {
  status: string;
  git: { target: string; previous_commit: string | null; current_commit: string; updated: boolean };
  ingest: { indexed: number; skipped: number; deleted: number };
  detail: unknown;
}

interface DocumentRow {
  id: string;
  path: string;
  scope: string;
  filename: string;
  type: string;
  size: number;
  revision: number;
  status: string;
}

describe('the sync of training materials', () => {
  let origin: GitRepository;
  let parley: TestApp;
  let database: Client;
  let token: string;

  beforeAll(async () => {
    origin = await GitRepository.create();
    parley = await start(origin.url);
    token = await logInAsAdmin(parley.url);
    database = new Client({ connectionString: parley.databaseUrl });
    await database.connect();
  });
  beforeEach(async () => {
    await database.query('DELETE FROM attachments');
    await database.query('DELETE FROM training_materials');
    await origin.startAfresh();
  });
  afterAll(async () => {
    await database?.end();
    // Jobs that wait for a worker which this suite does not have.
    await parley?.app.get(Redis).flushdb();
    await parley?.close();
    await origin?.delete();
  });

  /** The worker is left out: what it would do with the rows is not what is tested here. */
  const start = (url: string, settings: Record<string, string> = {}) =>
    createTestApp({
      ...ADMIN_SETTINGS,
      JWT_SECRET: 'the same secret on every replica of it',
      INGESTION_WORKER: 'external',
      MAX_UPLOAD_MB: '1',
      TRAINING_MATERIALS_MAX_MB: '2',
      TRAINING_MATERIALS_REPO_URL: url,
      ...settings,
    });
  const sync = (body?: object, { url } = parley) =>
    callJson<Report>(url, ROUTE, { method: 'POST', token, body });
  const ingested = async (body?: object) => (await sync(body)).body.ingest;

  async function rows(): Promise<DocumentRow[]> {
    const found = await database.query<DocumentRow>(
      `SELECT id, source_path AS path, scope, filename, content_type AS type, size_bytes::int AS size, revision, status
       FROM attachments ORDER BY source_path`,
    );
    return found.rows;
  }

  /** Every document's bytes by its path. */
  async function contents(): Promise<Record<string, string>> {
    const blobs = parley.app.get(BlobStore);
    const entries = (await rows()).map(
      async ({ id, path }) => [path, await text(await blobs.read(originalKey(id)))] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Has the blob store of an app run something before each document it stores. */
  function beforeEachPut({ app }: TestApp, step: () => Promise<void>): () => void {
    const blobs = app.get(BlobStore);
    const put = blobs.put.bind(blobs);
    blobs.put = async (key, file) => (await step(), put(key, file));
    return () => (blobs.put = put);
  }

  it('is for admins', async () => {
    const { accessToken } = await register(parley.url);
    expect(await callJson(parley.url, ROUTE, { method: 'POST' })).toMatchObject({ status: 401 });
    expect(await callJson(parley.url, ROUTE, { method: 'POST', token: accessToken })).toEqual({
      status: 403,
      body: { detail: 'Admin only' },
    });
  });

  describe('of the repository', () => {
    it('adds, keeps, updates and deletes documents by their checksums', async () => {
      const first = await origin.commit({
        'README.md': '# Welcome\n',
        'guides/Leave policy.md': 'Thirty days.\n',
        'data/rooms.csv': 'room,seats\nA,4\n',
      });
      expect(await sync()).toEqual({
        status: 200,
        body: {
          status: 'ok',
          git: { target: 'origin/main', previous_commit: null, current_commit: first, updated: true },
          // There is no worker here: all three wait.
          ingest: { indexed: 3, stored: 3, pending: 3, skipped: 0, deleted: 0 },
        },
      });
      const before = await rows();
      expect(before).toMatchObject([
        { path: 'README.md', scope: 'system', filename: 'README.md', type: 'text/markdown', revision: 1 },
        { path: 'data/rooms.csv', filename: 'rooms.csv', type: 'text/csv', size: 15, status: 'pending' },
        { path: 'guides/Leave policy.md', filename: 'Leave policy.md', size: 13 },
      ]);

      expect((await sync({ target_ref: null })).body).toMatchObject({
        git: { previous_commit: first, current_commit: first, updated: false },
        ingest: { indexed: 0, skipped: 3, deleted: 0 },
      });
      expect(await rows()).toEqual(before);

      const second = await origin.commit({
        'README.md': null,
        'guides/Leave policy.md': 'Thirty-one days.\n',
        'new.txt': 'New.\n',
      });
      expect((await sync({})).body).toMatchObject({
        git: { previous_commit: first, current_commit: second, updated: true },
        ingest: { indexed: 2, skipped: 1, deleted: 1 },
      });
      expect(await contents()).toEqual({
        'data/rooms.csv': 'room,seats\nA,4\n',
        'guides/Leave policy.md': 'Thirty-one days.\n',
        'new.txt': 'New.\n',
      });
      const after = await rows();
      expect(after[1]).toMatchObject({ id: before[2]!.id, revision: 2, status: 'pending', size: 17 });
    });

    it('keeps the index entries of documents that are moved or renamed', async () => {
      await origin.commit({
        'leave.md': 'Thirty days.\n',
        'rooms.txt': 'Four rooms.\n',
        'stays.md': 'Same.\n',
      });
      await sync();
      await database.query(`UPDATE attachments SET status = 'indexed'`);
      const [leave, rooms, stays] = await rows();

      await origin.commit({
        'leave.md': null,
        'hr/Days off.md': 'Thirty days.\n',
        'hr/copy.md': 'Thirty days.\n',
        // Read as Markdown from now on, which may give it other passages.
        'rooms.txt': null,
        'rooms.md': 'Four rooms.\n',
      });
      expect(await ingested()).toMatchObject({ indexed: 2, skipped: 2, deleted: 0 });
      const [one, other, rest, last] = await rows();
      const [moved, copy] = one!.id === leave!.id ? [one, other] : [other, one];
      expect(moved).toEqual({ ...leave, path: moved!.path, filename: moved!.path.slice('hr/'.length) });
      expect(copy).toMatchObject({ revision: 1, status: 'pending' });
      expect(rest).toMatchObject({ id: rooms!.id, path: 'rooms.md', type: 'text/markdown', revision: 2 });
      expect(last).toEqual(stays);
      expect(await ingested()).toMatchObject({ indexed: 0, skipped: 4, deleted: 0 });
    });

    it('takes branches, tags and commits', async () => {
      const old = await origin.commit({ 'a.md': 'old' });
      origin.git('tag', '--annotate', '--message=First', 'v1');
      const middle = await origin.commit({ 'a.md': 'middle' });
      await origin.commit({ 'a.md': 'new' });
      origin.git('checkout', '--quiet', '-b', 'drafts/next');
      const draft = await origin.commit({ 'a.md': 'draft' });

      for (const [target_ref, commit, content] of [
        ['drafts/next', draft, 'draft'],
        ['v1', old, 'old'],
        ['origin/drafts/next', draft, 'draft'],
        [middle, middle, 'middle'],
        [draft, draft, 'draft'],
      ] as const) {
        const { status, body } = await sync({ target_ref });
        expect({ status, commit: body.git.current_commit, target: body.git.target }).toEqual({
          status: 200,
          commit,
          target: target_ref,
        });
        expect(await contents()).toEqual({ 'a.md': content });
      }
    }, 30_000);

    it('keeps large documents whole, and two of the same content apart', async () => {
      const large = `${'0123456789abcde\n'.repeat(MEGABYTE / 16 - 1)}the end`;
      await origin.commit({
        'large.txt': large,
        'copy.txt': large.slice(0, 700_000),
        'other.txt': 'x',
        'same.txt': 'x',
      });
      expect(await ingested()).toMatchObject({ indexed: 4, skipped: 0, deleted: 0 });
      expect(await contents()).toEqual({
        'large.txt': large,
        'copy.txt': large.slice(0, 700_000),
        'other.txt': 'x',
        'same.txt': 'x',
      });
    });
  });

  describe('of untrusted repositories', () => {
    it.each([
      '--upload-pack=touch MARKER',
      '-x',
      'ext::touch% MARKER',
      'file:///etc/passwd',
      'a..b',
      'main@{1}',
      'a b',
      '+main:main',
      'main\0',
      'x'.repeat(201),
      '',
      7,
    ])('refuses the form of %j and does nothing with it', async (ref) => {
      const marker = join(origin.folder, 'marker');
      await origin.commit({ 'a.md': 'a' });
      const target_ref = typeof ref === 'string' ? ref.replace('MARKER', marker) : ref;
      const { status, body } = await sync({ target_ref });
      expect({ status, body }).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', 'target_ref'] }] },
      });
      expect(existsSync(marker)).toBe(false);
      expect(await rows()).toEqual([]);
    });

    it('refuses commits that the repository does not have, or that are on no branch', async () => {
      const dangling = await origin.commit({ 'a.md': 'secret draft' });
      origin.git('commit', '--quiet', '--amend', '--message=Never mind');
      for (const target_ref of ['gone', 'origin/gone', dangling, '0'.repeat(40), 'refs/heads/main', 'HEAD']) {
        const { status, body } = await sync({ target_ref });
        expect({ status, detail: body.detail }).toEqual({
          status: 409,
          detail: `The repository of the training materials has no branch, tag or commit '${target_ref}'`,
        });
      }
      expect(await rows()).toEqual([]);
    });

    it('never runs a remote that is a command', async () => {
      const marker = join(origin.folder, 'marker');
      const dir = await mkdtemp(join(tmpdir(), 'parley-git-'));
      const signal = AbortSignal.timeout(10_000);
      try {
        for (const remote of [`ext::touch% ${marker}`, `--upload-pack=touch ${marker}`]) {
          const git = new Git({ dir, remote, protocols: 'https:http:ssh:file' });
          await git.run(['init', '--quiet', '--bare', '--template='], signal);
          await expect(git.run(['ls-remote', '--end-of-options', 'origin'], signal)).rejects.toThrow(
            'git ls-remote',
          );
        }
        expect(existsSync(marker)).toBe(false);
      } finally {
        await rm(dir, { recursive: true });
      }
    });

    it('reaches no local repository in production', async () => {
      await origin.commit({ 'a.md': 'a' });
      const strict = await start(origin.url, { NODE_ENV: 'production', DATABASE_URL: parley.databaseUrl });
      try {
        const { status } = await callJson(strict.url, ROUTE, {
          method: 'POST',
          token: await logInAsAdmin(strict.url),
        });
        expect(status).toBe(502);
      } finally {
        await strict.close();
      }
    });

    it('reads no file through a symbolic link, and no submodule or pointer to LFS', async () => {
      await symlink('/etc/passwd', join(origin.folder, 'passwd.md'));
      await symlink('/etc', join(origin.folder, 'etc'));
      origin.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module.md`);
      await origin.write('.gitmodules', `[submodule "module.md"]\n path = module.md\n url = ext::sh\n`);
      await origin.write('.gitattributes', '*.pdf filter=lfs\n');
      await origin.write('film.pdf', LFS_POINTER);
      await origin.write('empty.md', '');
      await origin.write('program.md', Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0'));
      await origin.write('.hidden/notes.md', 'Hidden.');
      await origin.write('real.md', 'Real.');
      origin.git(
        '-c',
        'core.symlinks=true',
        'add',
        'passwd.md',
        'etc',
        '.gitmodules',
        '.gitattributes',
        'film.pdf',
      );
      origin.git('add', 'empty.md', 'program.md', '.hidden', 'real.md');
      origin.git('commit', '--quiet', '--message=Traps');
      expect(origin.git('ls-tree', '-r', 'HEAD').match(/^(120000|160000)/gm)).toHaveLength(3);

      expect(await ingested()).toMatchObject({ indexed: 1, skipped: 0, deleted: 0 });
      expect(await contents()).toEqual({ 'real.md': 'Real.' });
    });

    it('follows no redirection to another place', async () => {
      const asked: string[] = [];
      const inside = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.writeHead(404).end();
      });
      inside.listen(0, '127.0.0.1');
      const outside = createServer((request, response) => {
        const { port } = inside.address() as AddressInfo;
        response.writeHead(302, { location: `http://127.0.0.1:${port}/x.git${request.url}` }).end();
      });
      outside.listen(0, '127.0.0.1');
      await Promise.all([once(inside, 'listening'), once(outside, 'listening')]);
      const { port } = outside.address() as AddressInfo;
      const other = await start(`http://user:secret@127.0.0.1:${port}/x.git`, {
        DATABASE_URL: parley.databaseUrl,
      });
      try {
        expect(await sync({}, other)).toEqual({
          status: 502,
          body: { detail: 'The training materials could not be fetched' },
        });
        expect(asked).toEqual([]);
      } finally {
        await other.close();
        inside.close();
        outside.close();
      }
    });

    it('logs no credentials of the remote', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'parley-git-'));
      const git = new Git({ dir, remote: 'http://user:secret@127.0.0.1:9/x.git', protocols: 'http' });
      try {
        const failure = await git
          .run(['ls-remote', 'http://user:secret@127.0.0.1:9/x.git'], AbortSignal.timeout(10_000))
          .catch((error: Error) => error.message);
        expect(failure).toContain('http://127.0.0.1:9/x.git');
        expect(failure).not.toContain('secret');
      } finally {
        await rm(dir, { recursive: true });
      }
    });
  });

  describe('of too much', () => {
    it('refuses a large document and changes nothing', async () => {
      await origin.commit({ 'a.md': 'before' });
      await sync();
      await origin.commit({ 'a.md': 'after', 'large.txt': 'x'.repeat(MEGABYTE + 1) });
      const { status, body } = await sync();
      expect({ status, detail: body.detail }).toEqual({
        status: 409,
        detail: `'large.txt' in the training materials is larger than 1 MB, which is MAX_UPLOAD_MB`,
      });
      expect(await contents()).toEqual({ 'a.md': 'before' });
    });

    it.each([
      ['small in the pack', (i: number) => `${i}`.repeat(900_000)],
      ['large in the pack', (i: number) => noise(900_000, i)],
    ])('refuses documents that are large together, %s, and changes nothing', async (_, content) => {
      await origin.commit({ 'a.md': 'before' });
      await sync();
      await origin.commit({ 'a.md': 'after', '1.txt': content(1), '2.txt': content(2), '3.txt': content(3) });
      const { status, body } = await sync();
      expect({ status, detail: body.detail }).toEqual({
        status: 409,
        detail: 'The training materials have more than 2 MB, which is TRAINING_MATERIALS_MAX_MB',
      });
      expect(await contents()).toEqual({ 'a.md': 'before' });
    });
  });

  describe('when something is not there', () => {
    it('says that no repository is configured', async () => {
      const bare = await start('', { DATABASE_URL: parley.databaseUrl });
      try {
        expect(await sync({}, bare)).toMatchObject({
          status: 409,
          body: { detail: expect.stringContaining('TRAINING_MATERIALS_REPO_URL') },
        });
      } finally {
        await bare.close();
      }
    });

    it('reports that the remote is unreachable, and keeps its documents', async () => {
      await origin.commit({ 'a.md': 'a' });
      await sync();
      await rename(origin.folder, `${origin.folder}-away`);
      try {
        expect(await sync()).toEqual({
          status: 502,
          body: { detail: 'The training materials could not be fetched' },
        });
        expect(await contents()).toEqual({ 'a.md': 'a' });
      } finally {
        await rename(`${origin.folder}-away`, origin.folder);
      }
      expect(await ingested()).toMatchObject({ indexed: 0, skipped: 1, deleted: 0 });
    });

    it('says that a branch of the settings is not there', async () => {
      await origin.commit({ 'a.md': 'a' });
      origin.git('branch', '--move', 'main', 'trunk');
      expect((await sync()).status).toBe(409);
      expect((await sync({ target_ref: 'trunk' })).status).toBe(200);
    });
  });

  describe('two concurrent syncs', () => {
    it('runs once, whichever replica was asked', async () => {
      await origin.commit({ 'a.md': 'a', 'b.md': 'b' });
      const replica = await start(origin.url, { DATABASE_URL: parley.databaseUrl });
      let reached = () => {};
      let release = () => {};
      const underway = new Promise<void>((resolve) => (reached = resolve));
      const released = new Promise<void>((resolve) => (release = resolve));
      const mend = beforeEachPut(parley, async () => (reached(), released));
      try {
        const first = sync();
        await underway;
        for (const app of [parley, replica])
          expect(await sync({}, app)).toEqual({ status: 409, body: { detail: 'A sync is running already' } });
        release();
        expect((await first).body.ingest).toMatchObject({ indexed: 2, skipped: 0, deleted: 0 });
        expect((await sync({}, replica)).body.ingest).toMatchObject({ indexed: 0, skipped: 2, deleted: 0 });
      } finally {
        release();
        mend();
        await replica.close();
      }
    });
  });

  describe('cut short', () => {
    const many = (content: string) =>
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.md`, `${content} ${i}`]));

    it('keeps the earlier documents when a store fails, and completes the sync the next time', async () => {
      const first = await origin.commit({ ...many('first'), 'gone.md': 'gone' });
      await sync();
      const second = await origin.commit({ ...many('second'), 'gone.md': null });
      let puts = 0;
      const mend = beforeEachPut(parley, async () => {
        if ((puts += 1) > 20) throw new BlobStoreError('full');
      });
      expect((await sync()).status).toBe(503);
      mend();
      const halfway = await contents();
      expect(Object.keys(halfway)).toHaveLength(41);
      expect(halfway['gone.md']).toBe('gone');

      expect((await sync()).body).toMatchObject({
        git: { previous_commit: first, current_commit: second, updated: true },
        ingest: { indexed: 20, skipped: 20, deleted: 1 },
      });
      expect(await contents()).toEqual(many('second'));
    });

    it('stores bytes again whose row was not written', async () => {
      await origin.commit({ 'a.md': 'first' });
      await sync();
      const [document] = await rows();
      await parley.app.get(BlobStore).putText(originalKey(document!.id), 'second, but nobody knows');
      await origin.commit({ 'a.md': 'second' });
      expect(await ingested()).toMatchObject({ indexed: 1, skipped: 0, deleted: 0 });
      expect(await contents()).toEqual({ 'a.md': 'second' });
    });

    it('ends with the process, whose lock and files do not block the next', async () => {
      await origin.commit(many('first'));
      const dataDir = await mkdtemp(join(tmpdir(), 'parley-data-'));
      const settings = { DATABASE_URL: parley.databaseUrl, DATA_DIR: dataDir };
      const leaving = await start(origin.url, settings);
      let reached = () => {};
      const underway = new Promise<void>((resolve) => (reached = resolve));
      let puts = 0;
      beforeEachPut(leaving, async () => {
        if ((puts += 1) === 10) reached();
      });
      const cut = sync({}, leaving).catch(() => 'cut');
      await underway;
      await leaving.close();
      await cut;
      // As kill -9 would have left it.
      await mkdir(join(dataDir, 'training-materials', 'repository-old'), { recursive: true });
      await writeFile(join(dataDir, 'training-materials', 'repository-old', 'shallow.lock'), '');
      const next = await start(origin.url, settings);
      try {
        const { status, body } = await sync({}, next);
        expect(status).toBe(200);
        expect(body.ingest.indexed + body.ingest.skipped).toBe(40);
        expect(existsSync(join(dataDir, 'training-materials'))).toBe(false);
      } finally {
        await next.close();
        await rm(dataDir, { recursive: true, force: true });
      }
    });
  });

  describe('as users see it', () => {
    it('answers from the last good version until the next one is indexed', async () => {
      const working = await start(origin.url, { INGESTION_WORKER: 'inside' });
      try {
        const { accessToken } = await register(working.url);
        const admin = await logInAsAdmin(working.url);
        const syncNow = () => callJson<Report>(working.url, ROUTE, { method: 'POST', token: admin });
        const ask = async () => {
          const response = await call(working.url, '/chat', {
            token: accessToken,
            body: {
              message: 'How many days of annual leave does an employee have?',
              include_citations: true,
            },
          });
          return response.text();
        };

        await origin.commit({ 'leave.md': 'An employee has thirty days of annual leave.\n' });
        await syncNow();
        await eventually(async () => expect(await ask()).toContain('thirty days'), 30_000);

        await origin.commit({ 'leave.md': 'An employee has forty days of annual leave.\n' });
        const mend = beforeEachPut(working, () => Promise.reject(new BlobStoreError('full')));
        expect((await syncNow()).status).toBe(503);
        mend();
        expect(await ask()).toContain('thirty days');

        await syncNow();
        await eventually(async () => expect(await ask()).toContain('forty days'), 30_000);
        expect(await ask()).not.toContain('thirty');

        await origin.commit({
          'leave.md': null,
          'hr/holidays.md': 'An employee has forty days of annual leave.\n',
        });
        expect((await syncNow()).body.ingest).toMatchObject({ indexed: 0, skipped: 1, deleted: 0 });
        expect(await ask()).toMatch(/"title":"holidays\.md".*forty days/s);

        await origin.commit({ 'hr/holidays.md': null, 'rooms.md': 'There are four rooms.\n' });
        expect((await syncNow()).body.ingest).toMatchObject({ indexed: 1, skipped: 0, deleted: 1 });
        expect(await ask()).not.toContain('forty days');
      } finally {
        await working.close();
      }
    }, 90_000);
  });
});

/** Text that does not compress. */
function noise(length: number, seed: number): string {
  let state = seed;
  let noisy = '';
  while (noisy.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noisy += state.toString(36);
  }
  return noisy.slice(0, length);
}

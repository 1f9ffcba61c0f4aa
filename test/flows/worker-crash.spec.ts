import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { documentVector } from '../../src/search/sparse.js';
import { tenantOf } from '../../src/common/tenant.js';
import type { SearchScope } from '../../src/adapters/vector-store/vector-store.js';
import { EmbeddingIndexes } from '../../src/ingestion/indexes/embedding-indexes.js';
import { Config } from '../../src/config/config.js';
import { chunkDocument } from '../../src/ingestion/chunker.js';
import { detectType } from '../../src/ingestion/file-types.js';
import { parseFile } from '../../src/ingestion/parsers/parse-file.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { register } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { csv, docx, markdown, pdf } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { embed, FakeOpenAi } from '../support/fake-openai.js';
import { heldEmbeddings } from '../support/held.js';
import { uploaded, type ClientFile } from '../support/upload.js';

/** The long form kills it 20 times. */
const KILLS = Number(process.env.PARLEY_TEST_KILLS ?? 5);
const FINAL_MS = 40_000;
const EMBEDDING_MS = 100;

/** `npm run worker`, as a process of its own. */
class WorkerProcess {
  output = '';
  readonly exited: Promise<[code: number | null, signal: string | null]>;

  private constructor(readonly child: ChildProcess) {
    this.exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += String(chunk)));
  }

  static start(settings: Record<string, string>): WorkerProcess {
    const { DATABASE_URL: _d, REDIS_URL: _r, ...inherited } = process.env;
    const env = { ...inherited, LOG_LEVEL: 'error', ...settings };
    return new WorkerProcess(
      spawn(process.execPath, ['dist/src/worker.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  async working(): Promise<this> {
    await eventually(async () => expect(this.output).toContain('Parley worker'), 20_000);
    return this;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL') {
    this.child.kill(signal);
    return this.exited;
  }
}

const prose = (about: string, paragraphs: number) =>
  Array.from({ length: paragraphs }, (_item, i) => `Paragraph ${i} is about ${about}. `.repeat(20));

async function tenDocuments(): Promise<ClientFile[]> {
  const animals = ['otters', 'badgers', 'weasels', 'martens'];
  const rows = Array.from({ length: 400 }, (_item, i) => [`paragraph ${i}`, i, i * i]);
  return [
    ...animals.map((animal) => ({
      name: `${animal}.md`,
      bytes: markdown(`# ${animal}`, ...prose(animal, 60)),
    })),
    ...(await Promise.all(
      animals.map(async (animal) => ({ name: `${animal}.pdf`, bytes: await pdf(prose(animal, 40)) })),
    )),
    { name: 'report.docx', bytes: await docx(['# Report', ...prose('reports', 60)]) },
    { name: 'squares.csv', bytes: csv([['name', 'number', 'square'], ...rows]) },
  ];
}

describe('the worker process', () => {
  let models: FakeOpenAi;
  let parley: TestApp;
  let db: Client;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    models = await FakeOpenAi.start();
    models.replyToEmbeddings(async (response, request) => {
      await sleep(EMBEDDING_MS);
      await embed()(response, request);
    });
    parley = await createTestApp({ ...modelSettings(), INGESTION_WORKER: 'external' });
    db = new Client({ connectionString: parley.databaseUrl });
    await db.connect();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.end('SIGKILL');
  });
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await models?.close();
  });

  const modelSettings = () => ({ OPENAI_BASE_URL: models.url, OPENAI_EMBEDDING_MODEL: 'words' });
  const startWith = (settings: Record<string, string>) => {
    const worker = WorkerProcess.start({ DATA_DIR: parley.app.get(Config).dataDir, ...settings });
    workers.push(worker);
    return worker;
  };
  const start = () =>
    startWith({ ...modelSettings(), DATABASE_URL: parley.databaseUrl, REDIS_URL: redisUrl() }).working();
  const unfinished = async () => {
    const { rows } = await db.query("SELECT id, status, error FROM attachments WHERE status <> 'indexed'");
    return rows;
  };

  /** The chunks a file has when nobody disturbs its reader. */
  async function expectedChunks({ name, bytes }: ClientFile) {
    const path = join(parley.app.get(Config).dataDir, name);
    await writeFile(path, bytes);
    const type = await detectType(path, name);
    const limits = { memoryMb: 512, cpuSeconds: 60, wallSeconds: 480 };
    const document = await parseFile(path, type!, limits, new AbortController().signal);
    return [...chunkDocument(document)].map((chunk, position) => ({ ...chunk, revision: 1, position }));
  }

  it('leaves exactly the chunks and points that are right, however often it is killed', async () => {
    const me = await register(parley.url);
    const files = await tenDocuments();
    const ids: string[] = [];
    for (const file of files) ids.push(await uploaded(parley.url, me.accessToken, file));

    for (let kills = 0; kills < KILLS; kills++) {
      const { child, exited } = await start();
      // At another moment of the work each time.
      await sleep(300 + ((kills * 977) % 2_500));
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
      await eventually(async () => expect(await parsersOf(parley.app.get(Config).dataDir)).toEqual([]));
    }
    const last = await start();
    await eventually(async () => expect(await unfinished()).toEqual([]), FINAL_MS);

    const { store, embeddings } = (await parley.app.get(EmbeddingIndexes).current()).active;
    const [anything] = await embeddings.embed(['about']);
    for (const [i, id] of ids.entries()) {
      const { rows } = await db.query<{ id: string }>(
        `SELECT id, revision, position, range_start AS start, range_end AS "end", page, heading, text
         FROM chunks WHERE attachment_id = $1 ORDER BY position`,
        [id],
      );
      expect(rows.map(({ id: _id, ...chunk }) => chunk)).toEqual(await expectedChunks(files[i]!));
      const chunkIds = rows.map((row) => row.id).sort();
      const scope: SearchScope = { tenants: [tenantOf(me.id)], attachmentIds: [id] };
      const byMeaning = await store.searchDense(anything!, scope, 10_000);
      expect(byMeaning.map((hit) => hit.id).sort()).toEqual(chunkIds);
      expect(await store.count({ tenant: tenantOf(me.id), attachmentId: id })).toBe(chunkIds.length);
      expect(await store.searchSparse(documentVector('paragraph'), scope, 10_000)).not.toEqual([]);
    }
    expect(await last.end('SIGTERM')).toEqual([0, null]);
  }, 300_000);

  it('returns its job to the queue on SIGTERM', async () => {
    const gate = heldEmbeddings();
    models.replyToEmbeddings(gate.play);
    const me = await register(parley.url);
    const first = await start();
    const file = { name: 'long.md', bytes: markdown(...prose('patience', 20)) };
    const id = await uploaded(parley.url, me.accessToken, file);
    await eventually(
      async () => expect(await unfinished()).toMatchObject([{ id, status: 'indexing' }]),
      20_000,
    );
    expect(await first.end('SIGTERM')).toEqual([0, null]);
    expect(await unfinished()).toMatchObject([{ id, status: 'indexing', error: null }]);

    gate.release();
    await start();
    await eventually(async () => expect(await unfinished()).toEqual([]), FINAL_MS);
  }, 120_000);

  it.each([
    [{ REDIS_URL: 'redis://127.0.0.1:1' }, /^DATABASE_URL .*\n$/],
    [{ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, /^REDIS_URL .*\n$/],
  ])('names in one sentence the settings that are missing besides %j', async (settings, sentence) => {
    const worker = startWith(settings);
    expect(await worker.exited).toEqual([1, null]);
    expect(worker.output).toMatch(sentence);
  });
});

/** Command lines of the processes that read files of a data directory now, where the system tells. */
async function parsersOf(dataDir: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command.includes('parse-child') && command.includes(dataDir));
}

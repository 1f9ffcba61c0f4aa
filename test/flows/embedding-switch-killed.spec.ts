import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { markdown } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi, sendJson } from '../support/fake-openai.js';
import { FakeQdrant } from '../support/fake-qdrant.js';
import { Replica } from '../support/replica.js';
import { collectSse } from '../support/sse.js';
import { uploaded } from '../support/upload.js';
import { wordVector } from '../support/word-embeddings.js';

const SIZES: Record<string, number> = { words: 64, other: 96 };
const ANIMALS = ['otters', 'badgers', 'weasels'];
const SECTIONS = 12;
const WITHIN_MS = 30_000;

interface Index {
  model: string;
  status: string;
  documents: { done: number; total: number };
}

describe.each(['PostgreSQL', 'Qdrant'])(
  'a process killed while the embedding model is changed, vectors in %s',
  (where) => {
    let database: Awaited<ReturnType<typeof createDatabase>>;
    let server: FakeOpenAi;
    let qdrant: FakeQdrant;
    let parley: Replica;
    let me: Account;
    let admin: string;
    /** How many documents of the new model are embedded before the rest waits; endless when null. */
    let allowed: number | null = 1;
    let waiting = 0;
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));

    const start = () =>
      Replica.start({
        ...ADMIN_SETTINGS,
        DATABASE_URL: database.url,
        REDIS_URL: redisUrl(),
        JWT_SECRET: 'one secret for all processes of this suite',
        OPENAI_BASE_URL: server.url,
        OPENAI_API_KEY: 'sk-test',
        OPENAI_EMBEDDING_MODEL: 'words',
        ...(where === 'Qdrant' && { QDRANT_URL: qdrant.url }),
      });
    const list = async () =>
      (await callJson<{ items: Index[] }>(parley.url, '/admin/embeddings', { token: admin })).body.items;
    /** The file of an answer's first source. */
    const firstSource = async (about: string) => {
      const body = { message: `What do ${about} do?`, top_k: 5 };
      const events = await collectSse(await call(parley.url, '/chat', { token: me.accessToken, body }));
      const all = events.map(({ data }) => JSON.parse(data) as { type: string; data: { title: string }[] });
      return all.find(({ type }) => type === 'sources')?.data[0]?.title.split(',')[0];
    };
    const expectAllFound = async () => {
      for (const about of ANIMALS) expect(await firstSource(about)).toBe(`${about}.md`);
    };

    beforeAll(async () => {
      database = await createDatabase();
      qdrant = await FakeQdrant.start();
      server = await FakeOpenAi.start();
      server.replyToEmbeddings(async (response, { body }) => {
        const inputs = [body.input ?? ''].flat();
        const isOfDocument = inputs.length > 1 && inputs.some((input) => input.includes('Paragraph'));
        if (body.model === 'other' && isOfDocument && allowed !== null && allowed-- <= 0) {
          waiting++;
          await released;
        }
        const data = inputs.map((input, index) => ({
          index,
          embedding: wordVector(input, body.model, SIZES[body.model]!),
        }));
        sendJson(response, 200, { data });
      });
      parley = await start();
      admin = await logInAsAdmin(parley.url);
      me = await register(parley.url);
      for (const about of ANIMALS) {
        const text = (i: number) => `## Section ${i}\n\nParagraph ${i}. ${`The ${about} sleep. `.repeat(30)}`;
        const bytes = markdown(`# ${about}`, ...Array.from({ length: SECTIONS }, (_item, i) => text(i)));
        const id = await uploaded(parley.url, me.accessToken, { name: `${about}.md`, bytes });
        await eventually(async () => {
          const { body } = await callJson(parley.url, `/attachments/${id}`, { token: me.accessToken });
          expect(body.status).toBe('indexed');
        }, WITHIN_MS);
      }
    }, 180_000);
    afterAll(async () => {
      release();
      await parley?.end();
      await server?.close();
      await qdrant?.close();
      await database?.drop();
    });

    it('continues at the next start, and answers from the old index until the new one is complete', async () => {
      const { status } = await callJson(parley.url, '/admin/embeddings', {
        token: admin,
        body: { model: 'other' },
      });
      expect(status).toBe(202);
      await eventually(async () => expect(waiting).toBeGreaterThan(0), WITHIN_MS);
      await parley.end('SIGKILL');

      parley = await start();
      const [active, next] = await list();
      expect(active).toMatchObject({ model: 'words', status: 'active' });
      expect(next).toMatchObject({ model: 'other', status: 'building' });
      expect(next!.documents.done).toBeLessThan(next!.documents.total);
      await expectAllFound();

      allowed = null;
      release();
      await eventually(async () => {
        const [first, second] = await list();
        expect([first, second]).toMatchObject([
          { model: 'other', status: 'active' },
          { model: 'words', status: 'kept' },
        ]);
      }, WITHIN_MS * 2);
      await expectAllFound();
    }, 180_000);

    it('goes back in one request after another kill', async () => {
      await parley.end('SIGKILL');
      parley = await start();
      expect((await list())[0]).toMatchObject({ model: 'other', status: 'active' });
      await expectAllFound();
      const { status } = await callJson(parley.url, '/admin/embeddings/rollback', {
        token: admin,
        method: 'POST',
      });
      expect(status).toBeLessThan(300);
      expect((await list())[0]).toMatchObject({ model: 'words', status: 'active' });
      await expectAllFound();
    }, 180_000);
  },
);

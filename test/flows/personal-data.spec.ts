import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { fromBufferPromise } from 'yauzl';
import { EXPORTED, NOT_EXPORTED } from '../../src/database/repositories/personal-data.repository.js';
import { call, callJson } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { stallAfter } from '../support/fake-openai-plays.js';
import { Replica } from '../support/replica.js';
import { collectSse } from '../support/sse.js';
import { upload, uploaded } from '../support/upload.js';

const ERASED_MS = 60_000;
const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery' };
const PASSWORD = 'a long enough password';

/** A person, and a word that is nowhere but in what they have given. */
interface Person {
  canary: string;
  id: string;
  token: string;
  /** The places that hold the word, each followed by its name. */
  places: string[];
}

describe("a person's data", () => {
  let model: FakeOpenAi;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let dataDir: string;
  let parley: Replica;
  let log = '';
  let db: Client;
  let redis: Redis;
  let admin: string;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    database = await createDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'parley-personal-'));
    parley = await Replica.start({
      ...ADMIN,
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      JWT_SECRET: 'a secret that is long enough for this',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'info',
      RATE_LIMITS: 'on',
      ROOMS_AUTH: 'required',
      MEMORY: 'on',
      OPENAI_BASE_URL: model.url,
      OPENAI_EMBEDDING_MODEL: 'words',
    });
    parley.child.stdout!.on('data', (data) => (log += String(data))).resume();
    db = new Client({ connectionString: database.url });
    await db.connect();
    redis = new Redis(redisUrl());
    const { body } = await callJson<{ access_token: string }>(parley.url, '/auth/login', {
      body: { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD },
    });
    admin = body.access_token;
  });
  afterAll(async () => {
    redis?.disconnect();
    await db?.end();
    await parley?.end();
    await model?.close();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Opens an account and puts its word into every place an account can put one. */
  async function settle(): Promise<Person> {
    const canary = `zq${randomUUID().replaceAll('-', '')}`;
    const places: string[] = [];
    const word = (place: string) => {
      places.push(place);
      return `${canary}${place}`;
    };
    const { url } = parley;
    const email = `${word('email')}@example.com`;
    const { body: account } = await callJson<{ id: string; access_token: string }>(url, '/auth/register', {
      body: { email, password: PASSWORD },
    });
    const token = account.access_token;
    await call(url, '/auth/login', { body: { email, password: 'a wrong password' } });
    await call(url, '/users/me/keys', { token, body: { name: word('apikey'), scopes: ['chat'] } });

    model.reply(`The answer is ${word('answer')}.`);
    const conversation = word('conversation');
    const said = await call(url, '/chat', {
      token,
      headers: { 'Idempotency-Key': word('idempotency') },
      body: {
        message: `About ${word('message')}`,
        conversation_id: conversation,
        context: { note: word('context') },
      },
    });
    await collectSse(said);
    await callJson(url, '/v1/chat/completions', {
      token,
      body: {
        model: 'assistant',
        metadata: { conversation_id: word('metadata') },
        messages: [
          { role: 'system', content: word('instructions') },
          { role: 'user', content: `Hello ${word('question')}` },
        ],
      },
    });
    await callJson(url, '/api/chat/', { token, body: { title: word('title') } });
    await callJson(url, '/memories/', { token, body: { content: word('memory') } });
    const yearly = { name: word('schedule'), cron: '0 0 1 1 *', agent: 'assistant', message: 'Hello' };
    await callJson(url, '/schedules/', { token, body: yearly });

    const id = await uploaded(url, token, {
      name: `${word('filename')}.txt`,
      bytes: `A paragraph about whales and ${word('filetext')}.`,
    });
    await upload(url, `/upload/${conversation}`, token, {
      name: `${word('deskname')}.md`,
      bytes: `# ${word('desktext')}`,
    });
    await eventually(async () => {
      const { body } = await callJson(url, `/attachments/${id}`, { token });
      expect(body.status).toBe('indexed');
    }, 20_000);

    await callJson(url, `/v1/chat/sessions/${word('room')}/messages`, {
      token,
      body: {
        role: 'user',
        content: word('roommessage'),
        author_name: word('author').slice(0, 64),
        client_message_id: `${canary}-client-message`,
      },
    });
    await callJson(url, `/v1/chat/sessions/${canary}-cleared/messages`, {
      token,
      body: { role: 'user', content: canary },
    });
    await call(url, `/v1/chat/sessions/${canary}-cleared`, { method: 'DELETE', token });
    return { canary, id: account.id, token, places };
  }

  /** Where a text still is: rows of any table, keys of Redis and what they hold, files, and lines of the log. */
  async function tracesOf(wanted: string, { inLog = true } = {}): Promise<string[]> {
    const traces: string[] = [];
    const { rows: tables } = await db.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const { rows } = await db.query(`SELECT FROM ${name} t WHERE position($1 in t::text) > 0`, [wanted]);
      if (rows.length > 0) traces.push(`${rows.length} rows of ${name}`);
    }
    for (const key of await redis.keys('*'))
      if (key.includes(wanted) || (await contentOf(key)).includes(wanted)) traces.push(`Redis key ${key}`);
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (file.includes(wanted) || (entry.isFile() && (await contentOfFile(file)).includes(wanted)))
        traces.push(`file ${file}`);
    }
    if (inLog) traces.push(...log.split('\n').filter((line) => line.includes(wanted)));
    return traces;
  }

  /** Files are deleted while they are listed, when their text has been indexed: one that is gone holds nothing. */
  async function contentOfFile(file: string): Promise<Buffer> {
    try {
      return await readFile(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
  }

  async function contentOf(key: string): Promise<string> {
    switch (await redis.type(key)) {
      case 'string':
        return (await redis.get(key)) ?? '';
      case 'hash':
        return JSON.stringify(await redis.hgetall(key));
      case 'list':
        return JSON.stringify(await redis.lrange(key, 0, -1));
      case 'set':
        return JSON.stringify(await redis.smembers(key));
      case 'zset':
        return JSON.stringify(await redis.zrange(key, 0, -1));
      case 'stream':
        return JSON.stringify(await redis.xrange(key, '-', '+'));
      default:
        return '';
    }
  }

  async function exportOf(token: string): Promise<Map<string, string>> {
    const response = await call(parley.url, '/users/me/export', { token });
    expect(response.headers.get('content-type')).toBe('application/zip');
    const zip = await fromBufferPromise(Buffer.from(await response.arrayBuffer()));
    const files = new Map<string, string>();
    for await (const entry of zip.eachEntry())
      files.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
    return files;
  }

  interface AuditEvent {
    action: string;
    actor_id: string | null;
    subject_id: string | null;
    address: string | null;
  }
  const audit = async (query = '') =>
    (await callJson<{ items: AuditEvent[] }>(parley.url, `/admin/audit?limit=1000${query}`, { token: admin }))
      .body;
  const auditOf = async (actorId: string) => (await audit(`&actor_id=${actorId}`)).items;

  it('is exported whole and erased whole, and nothing of others is', async () => {
    const [me, neighbour] = [await settle(), await settle()];

    const files = await exportOf(me.token);
    const exported = [...files].map(([name, content]) => `${name}\n${content}`).join('\n');
    expect(me.places.filter((place) => !exported.includes(me.canary + place))).toEqual([]);
    expect(exported).not.toContain(neighbour.canary);
    expect(exported).not.toContain('argon2');
    expect([...files.keys()].filter((name) => name.endsWith('.jsonl')).sort()).toEqual(
      [...EXPORTED.map(({ table }) => `${table}.jsonl`), 'rooms.jsonl'].sort(),
    );
    const before = (await tracesOf(me.canary)).length;
    expect(before).toBeGreaterThan(10);
    expect(log).toContain('request completed');

    // An answer that is being written.
    model.reply(stallAfter(`${me.canary}running`));
    const running = await call(parley.url, '/chat', { token: me.token, body: { message: me.canary } });

    const wrong = await callJson(parley.url, '/users/me', {
      method: 'DELETE',
      token: me.token,
      body: { password: 'not this one' },
    });
    expect(wrong).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'password'] }] } });
    const receipt = await callJson(parley.url, '/users/me', {
      method: 'DELETE',
      token: me.token,
      body: { password: PASSWORD },
    });
    expect(receipt).toMatchObject({
      status: 200,
      body: {
        account_id: me.id,
        erased: { conversations: 4, messages: 5, runs: 3, running_rows: 1, attachments: 2, chunks: 2 },
      },
    });
    await running.text().catch(() => '');
    await model.untilHungUp();
    expect((await call(parley.url, '/users/me', { token: me.token })).status).toBe(401);

    await eventually(async () => expect(await tracesOf(me.canary)).toEqual([]), ERASED_MS);
    await eventually(async () => expect(await tracesOf(me.id, { inLog: false })).toEqual([]), ERASED_MS);
    // The record of who did what goes on, with nobody in it.
    const { items } = await audit();
    const pseudonym = items.find(({ action }) => action === 'deleteOwnAccount')!.actor_id;
    const acts = items.filter(({ actor_id, subject_id }) => [actor_id, subject_id].includes(pseudonym));
    expect(acts.map(({ action }) => action)).toEqual([
      'deleteOwnAccount',
      'deleteOwnAccount',
      'clearRoom',
      'createApiKey',
      'register',
    ]);
    expect(new Set(acts.map(({ address }) => address))).toEqual(new Set([null]));
    expect((await auditOf(neighbour.id)).map(({ address }) => address)).toContain('127.0.0.1');
    const rest = await exportOf(neighbour.token);
    const kept = [...rest].map(([name, content]) => `${name}\n${content}`).join('\n');
    expect(neighbour.places.filter((place) => !kept.includes(neighbour.canary + place))).toEqual([]);
  }, 150_000);

  it('is erased by admins too, and by no one else', async () => {
    const [me, other] = [await settle(), await settle()];
    const erase = (token: string, id: string) =>
      callJson(parley.url, `/admin/users/${id}`, { method: 'DELETE', token });
    expect((await erase(other.token, me.id)).status).toBe(403);
    expect(await erase(admin, me.id)).toMatchObject({
      status: 200,
      body: { account_id: me.id, erased: { attachments: 2 } },
    });
    expect((await erase(admin, me.id)).status).toBe(404);
    expect((await call(parley.url, `/users/${other.id}`, { method: 'DELETE', token: admin })).status).toBe(
      204,
    );
    await eventually(async () => {
      expect([...(await tracesOf(me.canary)), ...(await tracesOf(other.canary))]).toEqual([]);
    }, ERASED_MS);
  }, 120_000);

  it('is in tables that are exported, or left out for a reason', async () => {
    const { rows } = await db.query<{ name: string }>(
      `WITH RECURSIVE owned (name) AS (
         SELECT 'users'
         UNION
         SELECT r.conrelid::regclass::text FROM pg_constraint r JOIN owned ON r.confrelid::regclass::text = owned.name
         WHERE r.contype = 'f'
       ) SELECT name FROM owned`,
    );
    const known = [...EXPORTED.map(({ table }) => table), ...Object.keys(NOT_EXPORTED)];
    expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { stallAfter } from '../support/fake-openai-plays.js';
import { collectSse } from '../support/sse.js';
import { upload } from '../support/upload.js';

const SETTINGS = { ...ADMIN_SETTINGS, JWT_SECRET: 'one secret for both of the replicas' };

interface Preview {
  next_sweep_at: string;
  items: { what: string; days: number | null; removes: number }[];
}

describe('retention periods', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let db: Client;
  let admin: string;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ ...SETTINGS, OPENAI_BASE_URL: model.url });
    db = new Client({ connectionString: parley.databaseUrl });
    await db.connect();
    admin = await logInAsAdmin(parley.url);
    me = await register(parley.url);
  });
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await model?.close();
  });

  const send = (conversation_id: string) =>
    call(parley.url, '/chat', { token: me.accessToken, body: { message: 'Hello', conversation_id } });
  const converse = async (days: number) => {
    const id = randomUUID();
    await collectSse(await send(id));
    await age(id, days);
    return id;
  };
  const age = (id: string, days: number) =>
    db.query(
      'UPDATE conversations SET last_message_at = now() - make_interval(days => $2) WHERE client_id = $1',
      [id, days],
    );
  const listed = async () => {
    const { body } = await callJson<{ items: { id: string }[] }>(parley.url, '/conversations', {
      token: me.accessToken,
    });
    return body.items.map(({ id }) => id).toSorted();
  };
  const preview = async ({ url }: TestApp) =>
    (await callJson<Preview>(url, '/admin/retention', { token: admin })).body;
  const rows = async (table: string) => (await db.query(`SELECT FROM ${table}`)).rowCount;

  it('is deleted by the sweep of a process with the setting, and nothing younger, pinned or in progress', async () => {
    const [old, pinned, young, read, busy] = [
      await converse(31),
      await converse(400),
      await converse(29),
      await converse(31),
      randomUUID(),
    ];
    await call(parley.url, `/conversations/${pinned}`, {
      method: 'PATCH',
      token: me.accessToken,
      body: { pinned: true },
    });
    await upload(parley.url, `/upload/${old}`, me.accessToken, { name: 'old.txt', bytes: 'An old file.' });
    await age(old, 31);
    // Reading does not make it younger.
    await call(parley.url, `/conversations/${read}/messages`, { token: me.accessToken });
    model.reply(stallAfter('Wait'));
    await send(busy);
    await age(busy, 31);
    await db.query("UPDATE usage SET at = now() - interval '61 days'");
    await db.query(
      `INSERT INTO outbox (id, type, payload, at) VALUES
         (gen_random_uuid(), 'run.completed', '{}', now() - interval '31 days'),
         (gen_random_uuid(), 'run.completed', '{}', now())`,
    );

    expect((await preview(parley)).items).toEqual([
      { what: 'conversations', days: null, removes: 0 },
      { what: 'usage', days: null, removes: 0 },
      { what: 'audit', days: 365, removes: 0 },
      { what: 'webhooks', days: 30, removes: 1 },
    ]);
    const all = [old, pinned, young, read, busy].toSorted();
    expect(await listed()).toEqual(all);
    expect(await rows('usage')).toBe(4);

    const strict = await createTestApp({
      ...SETTINGS,
      OPENAI_BASE_URL: model.url,
      DATABASE_URL: parley.databaseUrl,
      RETENTION_DAYS: '30',
      USAGE_RETENTION_DAYS: '60',
    });
    try {
      await eventually(async () => expect(await listed()).toEqual([pinned, young, busy].toSorted()), 10_000);
      await eventually(async () => expect([await rows('usage'), await rows('outbox')]).toEqual([0, 1]));
      // What belongs to a conversation goes as when its owner deletes it.
      const { rowCount } = await db.query("SELECT FROM attachments WHERE filename = 'old.txt'");
      expect(rowCount).toBe(0);
      await age(young, 31);
      const shown = await preview(strict);
      expect(shown.items).toContainEqual({ what: 'conversations', days: 30, removes: 1 });
      expect(Date.parse(shown.next_sweep_at)).toBeGreaterThan(Date.now());
    } finally {
      await strict.close();
    }
    expect((await call(parley.url, '/admin/retention', { token: me.accessToken })).status).toBe(403);
  });
});

import { randomUUID } from 'node:crypto';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { stallAfter } from '../support/fake-openai-plays.js';
import { collectSse } from '../support/sse.js';
import { scaled } from '../support/time-factor.mjs';
import { uploaded } from '../support/upload.js';

interface RunItem {
  run_id: string;
  conversation_id: string;
  user_id: string;
  email: string;
  agent: string;
  status: string;
}
interface UsageItem {
  group: string | null;
  email: string | null;
  runs: number;
  output_tokens: number;
}
interface QueueStatus {
  queue: { waiting: number; active: number; delayed: number } | null;
  outbox: { pending: number; indexing: number; failed: number; deleted: number; oldest_at: string | null };
}

describe('operations of all users', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let token: string;
  let ada: Account;
  let bob: Account;
  const get = async <T>(path: string, as = token) =>
    (await callJson<T>(parley.url, path, { token: as })).body;
  const ask = async (account: Account, message: string, conversation: string = randomUUID()) =>
    collectSse(
      await call(parley.url, '/chat', {
        token: account.accessToken,
        body: { message, conversation_id: conversation },
      }),
    );

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      ...ADMIN_SETTINGS,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'a-key-of-the-tests',
    });
    token = await logInAsAdmin(parley.url);
    [ada, bob] = await Promise.all([register(parley.url), register(parley.url)]);
  }, 60_000);
  afterEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  it.each(['GET /admin/queue', 'POST /admin/queue/retry', 'GET /admin/runs', 'GET /admin/usage'])(
    'are for admins alone: %s',
    async (route) => {
      const [method, path] = route.split(' ') as [string, string];
      expect((await callJson(parley.url, path, { method })).status).toBe(401);
      expect((await callJson(parley.url, path, { method, token: ada.accessToken })).status).toBe(403);
    },
  );

  it('lists runs in progress of everybody, and stops them', async () => {
    model.reply(stallAfter('Once upon'), stallAfter('There was'));
    const [adas, bobs] = [randomUUID(), randomUUID()];
    const answers = [ask(ada, 'Tell me a tale', adas), ask(bob, 'Tell me another', bobs)];
    const listed = async () => (await get<{ items: RunItem[] }>('/admin/runs')).items;
    await eventually(async () => {
      expect((await listed()).map(({ status }) => status)).toEqual(['streaming', 'streaming']);
    }, scaled(10_000));
    const runs = await listed();
    expect(new Map(runs.map((run) => [run.conversation_id, run.email]))).toEqual(
      new Map([
        [adas, ada.email],
        [bobs, bob.email],
      ]),
    );
    expect(JSON.stringify(runs)).not.toMatch(/tale|another|Once|There/);
    const first = await get<{ items: RunItem[]; next: string }>('/admin/runs?limit=1');
    const second = await get<{ items: RunItem[]; next: null }>(`/admin/runs?limit=1&cursor=${first.next}`);
    expect([...first.items, ...second.items]).toEqual(runs);
    expect(second.next).toBeNull();

    for (const { run_id: run } of runs) {
      const stopped = await callJson(parley.url, `/admin/runs/${run}/stop`, { method: 'POST', token });
      expect(stopped).toEqual({ status: 200, body: { run_id: run, status: 'cancelled' } });
    }
    await Promise.all(answers);
    expect(await listed()).toEqual([]);
    const stop = (run: string) => callJson(parley.url, `/admin/runs/${run}/stop`, { method: 'POST', token });
    expect(await stop(runs[0]!.run_id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    for (const unknown of [randomUUID(), 'none']) expect((await stop(unknown)).status).toBe(404);
    const { items } = await get<{ items: { subject_id: string }[] }>('/admin/audit?action=stopRunAsAdmin');
    expect(items.map(({ subject_id }) => subject_id)).toContain(runs[1]!.run_id);
  }, 60_000);

  it('sums the usage of all users', async () => {
    model.reply('Thirty days.', 'Nine to five.', 'Lunch.');
    await ask(ada, 'How much leave is there?');
    await ask(ada, 'When is work?');
    await ask(bob, 'What is at noon?');
    const usage = async (query: string) => (await get<{ items: UsageItem[] }>(`/admin/usage?${query}`)).items;
    const today = new Date().toISOString().slice(0, 10);
    const runs = (items: UsageItem[]) => items.reduce((sum, item) => sum + item.runs, 0);
    const byDay = await usage('by=day');
    expect(byDay.at(0)!.group! <= today).toBe(true);
    const byUser = await usage('by=user');
    const of = (account: Account) => byUser.find(({ group }) => group === account.id)!;
    expect(of(ada)).toMatchObject({ email: ada.email });
    expect(of(bob)).toMatchObject({ email: bob.email });
    expect(of(ada).runs - of(bob).runs).toBe(1);
    for (const by of ['agent', 'model', 'key', 'user'])
      expect(runs(await usage(`by=${by}`))).toBe(runs(byDay));
    expect(runs(await usage(`by=agent&user_id=${bob.id}`))).toBe(of(bob).runs);
    expect(await usage(`user_id=${randomUUID()}`)).toEqual([]);
    const refused = await callJson(parley.url, '/admin/usage?user_id=bob', { token });
    expect(refused).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', 'user_id'] }] } });
  }, 60_000);

  it('reports the depth of the queue, and queues failed attachments again', async () => {
    const status = () => get<QueueStatus>('/admin/queue');
    expect(await status()).toMatchObject({
      queue: { waiting: 0, active: 0, delayed: 0 },
      outbox: { pending: 0, indexing: 0, failed: 0, oldest_at: null },
    });
    const id = await uploaded(parley.url, ada.accessToken, {
      name: 'broken.pdf',
      bytes: '%PDF-1.7\nno pages',
    });
    const find = () => get<{ status: string; revision: number }>(`/attachments/${id}`);
    const hasFailed = (revision: number) =>
      eventually(
        async () => expect(await find()).toMatchObject({ status: 'failed', revision }),
        scaled(30_000),
      );
    await hasFailed(1);
    await eventually(
      async () => expect(await status()).toMatchObject({ queue: { active: 0 }, outbox: { failed: 1 } }),
      scaled(10_000),
    );
    const retried = await callJson(parley.url, '/admin/queue/retry', { method: 'POST', token });
    expect(retried).toEqual({ status: 202, body: { status: 'queued', count: 1 } });
    await hasFailed(2);
    await callJson(parley.url, `/attachments/${id}`, { method: 'DELETE', token: ada.accessToken });
    await eventually(
      async () => expect((await status()).outbox).toMatchObject({ failed: 0, deleted: 0 }),
      scaled(30_000),
    );
    const nothing = await callJson(parley.url, '/admin/queue/retry', { method: 'POST', token });
    expect(nothing.body).toEqual({ status: 'queued', count: 0 });
  }, 120_000);

  it('filters the audit trail by actor, subject, action and outcome', async () => {
    const audit = async (query: string) =>
      (
        await get<{ items: { action: string; outcome: string; actor_id: string; subject_id: string }[] }>(
          `/admin/audit?${query}`,
        )
      ).items;
    await callJson(parley.url, `/admin/users/${bob.id}`, {
      method: 'PATCH',
      token,
      body: { groups: ['staff'] },
    });
    await callJson(parley.url, `/admin/users/${randomUUID()}`, {
      method: 'PATCH',
      token,
      body: { groups: [] },
    });
    const [done] = await audit(`subject_id=${bob.id}&action=updateUserAsAdmin`);
    expect(done).toMatchObject({ outcome: 'ok', subject_id: bob.id });
    const refused = await audit(`outcome=refused&actor_id=${done!.actor_id}`);
    expect(refused.length).toBeGreaterThan(0);
    for (const event of refused)
      expect(event).toMatchObject({ outcome: 'refused', actor_id: done!.actor_id });
    expect((await callJson(parley.url, '/admin/audit?outcome=maybe', { token })).status).toBe(422);
  });
});

import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { held } from '../support/held.js';
import { ScheduleRunner } from '../../src/schedules/schedule-runner.js';

interface Schedule {
  id: string;
  name: string;
  cron: string;
  time_zone: string;
  agent: string;
  message: string;
  conversation_id: string;
  is_enabled: boolean;
  next_at: string | null;
  last_at: string | null;
  last_run_id: string | null;
  last_error: string | null;
}
interface Page {
  items: Schedule[];
  next: string | null;
}
interface Refusal {
  detail: { loc: string[]; msg: string }[];
}

const MESSAGE = 'What is new today?';
/** Comes on no day of a test by itself. */
const WISH = {
  name: 'Every leap day',
  cron: '30 6 29 2 *',
  time_zone: 'Europe/Berlin',
  agent: 'assistant',
  message: MESSAGE,
};

describe('schedules', () => {
  let model: FakeOpenAi;
  let one: TestApp;
  let two: TestApp;
  let db: Client;
  let ada: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    const settings = {
      ...ADMIN_SETTINGS,
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
    };
    one = await createTestApp(settings);
    two = await createTestApp({ ...settings, DATABASE_URL: one.databaseUrl });
    db = new Client({ connectionString: one.databaseUrl });
    await db.connect();
  }, 60_000);
  beforeEach(async () => {
    model.reset();
    ada = await register(one.url);
  });
  afterAll(async () => {
    await db?.end();
    await two?.close();
    await one?.close();
    await model?.close();
  });

  const api = <T>(path: string, options: Parameters<typeof callJson>[2] = {}) =>
    callJson<T>(one.url, `/schedules/${path}`, { token: ada.accessToken, ...options });
  const create = async (changes: object = {}) =>
    (await api<Schedule>('', { body: { ...WISH, ...changes } })).body;
  const get = async ({ id }: Schedule) => (await api<Schedule>(id)).body;
  const change = (id: string, body: object) => api<Schedule>(id, { method: 'PATCH', body });
  /** Moves the next time into the past. */
  const makeDue = ({ id }: Schedule, ago = '1 second') =>
    db.query(`UPDATE schedules SET next_at = now() - $2::interval WHERE id = $1`, [id, ago]);
  const runDue = () => Promise.all([one, two].map(({ app }) => app.get(ScheduleRunner).runDue()));
  const messages = async ({ conversation_id: id }: Schedule) => {
    const path = `/conversations/${id}/messages`;
    type Messages = { messages?: { role: string; content: string }[] };
    return (await callJson<Messages>(one.url, path, { token: ada.accessToken })).body.messages ?? [];
  };
  const questions = async (schedule: Schedule) =>
    (await messages(schedule)).filter(({ role, content }) => role === 'user' && content === MESSAGE).length;
  /** The job scheduler needs up to five seconds. */
  const answered = (schedule: Schedule) =>
    eventually(async () => {
      const all = await messages(schedule);
      expect(all.at(-1)?.role).toBe('assistant');
      expect(all.at(-1)?.content).toBeTruthy();
    }, 15_000);

  it('are created, read, listed in pages, changed and deleted by their owner alone', async () => {
    const made = await api<Schedule>('', { body: WISH });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...WISH, is_enabled: true, last_at: null, last_run_id: null });
    expect(made.body.next_at).toMatch(/-02-29T05:30:00.000Z$/);
    const other = await create({ name: 'Another' });

    const first = (await api<Page>('?limit=1')).body;
    expect(first.items.map(({ id }) => id)).toEqual([other.id]);
    const second = (await api<Page>(`?limit=1&cursor=${first.next}`)).body;
    expect(second.items.map(({ id }) => id)).toEqual([made.body.id]);
    expect(second.next).toBeNull();

    const changed = await change(other.id, { cron: '0 12 29 2 *', time_zone: 'UTC' });
    expect(changed.body.next_at).toMatch(/-02-29T12:00:00.000Z$/);
    expect(changed.body.name).toBe('Another');

    const eve = await register(one.url);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'Mine' } : undefined;
      const options = { method, body, token: eve.accessToken };
      expect((await call(one.url, `/schedules/${other.id}`, options)).status).toBe(404);
    }
    expect((await callJson<Page>(one.url, '/schedules/', { token: eve.accessToken })).body.items).toEqual([]);

    const gone = await call(one.url, `/schedules/${other.id}`, { method: 'DELETE', token: ada.accessToken });
    expect(gone.status).toBe(204);
    expect((await api(other.id)).status).toBe(404);
    expect((await api(randomUUID())).status).toBe(404);
  });

  it.each([
    ['cron', '* * * *'],
    ['cron', '*/10 * * * * *'],
    ['cron', '0 0 30 2 *'],
    ['time_zone', 'Mars/Olympus'],
    ['agent', 'nobody of this name'],
    ['message', ' '],
    ['message', 'x'.repeat(32_001)],
    ['name', '   '],
  ])('are refused with 422 for a bad %s', async (field, value) => {
    const made = await api<Refusal>('', { body: { ...WISH, [field]: value } });
    expect(made.status).toBe(422);
    expect(made.body.detail.map(({ loc }) => loc)).toEqual([['body', field]]);
    const kept = await create();
    const changed = await api<Refusal>(kept.id, { method: 'PATCH', body: { [field]: value } });
    expect(changed.status).toBe(422);
    expect(changed.body.detail.map(({ loc }) => loc)).toEqual([['body', field]]);
  });

  it('are fifty of an account at most', async () => {
    const made = await Promise.all(Array.from({ length: 51 }, () => api('', { body: WISH })));
    expect(made.map(({ status }) => status).sort()).toEqual([...Array<number>(50).fill(201), 409]);
  });

  it('send their message at their time, and the answer is in their conversation', async () => {
    const schedule = await create();
    expect(await messages(schedule)).toEqual([]);
    await makeDue(schedule);
    await answered(schedule);
    await eventually(async () => expect((await get(schedule)).last_run_id).toBeTruthy());
    const after = await get(schedule);
    expect(after).toMatchObject({ last_error: null, next_at: schedule.next_at });
    const run = await callJson<{ status: string }>(one.url, `/runs/${after.last_run_id}`, {
      token: ada.accessToken,
    });
    expect(run.body.status).toBe('complete');
  }, 30_000);

  it('run a time once on two replicas, and missed times once', async () => {
    const schedule = await create({ cron: '* * * * *' });
    await makeDue(schedule, '3 hours');
    for (let turn = 0; turn < 3; turn++) await runDue();
    await answered(schedule);
    expect(await questions(schedule)).toBe(1);
    expect(Date.parse((await get(schedule)).next_at!)).toBeGreaterThan(Date.now() - 1_000);
  });

  it('run a time once although the process that had started it crashed before it wrote so', async () => {
    const schedule = await create();
    await makeDue(schedule);
    await runDue();
    await answered(schedule);
    const { last_at: at, last_run_id: runId } = await get(schedule);
    await db.query(
      `UPDATE schedules SET next_at = last_at, last_at = NULL, last_run_id = NULL, claimed_until = now() WHERE id = $1`,
      [schedule.id],
    );
    await eventually(async () => {
      await runDue();
      expect(await get(schedule)).toMatchObject({ last_at: at, last_run_id: runId });
    });
    expect(await questions(schedule)).toBe(1);
  });

  it('skip a time while the previous answer is in progress, with the reason', async () => {
    const schedule = await create();
    const gate = held('Nothing.');
    model.reply(gate.play);
    await makeDue(schedule);
    await runDue();
    await eventually(async () => expect((await get(schedule)).last_run_id).toBeTruthy());
    await makeDue(schedule);
    await eventually(async () => {
      await runDue();
      expect(await get(schedule)).toMatchObject({
        last_run_id: null,
        last_error: 'The previous message is still being answered',
        next_at: schedule.next_at,
      });
    });
    gate.release();
    await answered(schedule);
    expect(await questions(schedule)).toBe(1);
  });

  it('say why when their agent is disabled, and stop when it was deleted', async () => {
    const admin = await logInAsAdmin(one.url);
    const agents = (path: string, method: string, body?: object) =>
      call(one.url, `/admin/agents${path}`, { method, token: admin, body });
    const definition = { label: 'Herald', description: 'Tells news.', prompt: 'You are a herald.' };
    await agents('', 'POST', { id: 'herald', ...definition });
    const schedule = await create({ agent: 'herald' });

    await agents('/herald', 'PATCH', { is_enabled: false });
    await makeDue(schedule);
    await runDue();
    await eventually(async () =>
      expect(await get(schedule)).toMatchObject({
        last_error: 'The agent "Herald" was disabled.',
        last_run_id: null,
        is_enabled: true,
        next_at: schedule.next_at,
      }),
    );
    await agents('/herald', 'PATCH', { is_enabled: true });
    await makeDue(schedule);
    await runDue();
    await answered(schedule);

    await agents('/herald', 'DELETE');
    await makeDue(schedule);
    await runDue();
    await eventually(async () =>
      expect(await get(schedule)).toMatchObject({
        last_error: 'The agent "Herald" was deleted.',
        last_run_id: null,
        is_enabled: false,
        next_at: null,
      }),
    );
    expect(await questions(schedule)).toBe(1);
    expect((await change(schedule.id, { is_enabled: true })).status).toBe(422);
    const repaired = await change(schedule.id, { is_enabled: true, agent: 'assistant' });
    expect(repaired.body).toMatchObject({ is_enabled: true, agent: 'assistant' });
  });

  it('do not run while they are disabled, after their deletion, or for a deactivated account', async () => {
    const disabled = await create({ is_enabled: false });
    expect(disabled.next_at).toBeNull();
    const stopped = await create();
    await makeDue(stopped, '-1 hour');
    expect((await change(stopped.id, { is_enabled: false })).body.next_at).toBeNull();

    const deleted = await create();
    await call(one.url, `/schedules/${deleted.id}`, { method: 'DELETE', token: ada.accessToken });

    const eve = await register(one.url);
    const hers = (await callJson<Schedule>(one.url, '/schedules/', { token: eve.accessToken, body: WISH }))
      .body;
    const admin = await logInAsAdmin(one.url);
    const setActive = (is_active: boolean) =>
      callJson(one.url, `/users/${eve.id}`, { method: 'PATCH', token: admin, body: { is_active } });
    expect((await setActive(false)).status).toBe(200);
    await makeDue(hers);
    await runDue();

    for (const each of [disabled, stopped, deleted]) expect(await messages(each)).toEqual([]);
    const runs = await db.query('SELECT FROM conversations WHERE owner_id = $1', [eve.id]);
    expect(runs.rowCount).toBe(0);

    // Missed while the account was deactivated: run once.
    await setActive(true);
    await runDue();
    await eventually(async () => {
      const { rowCount } = await db.query('SELECT FROM conversations WHERE owner_id = $1', [eve.id]);
      expect(rowCount).toBe(1);
    });
  });
});

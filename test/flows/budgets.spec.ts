import { randomUUID } from 'node:crypto';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { BillingProvider } from '../support/billing-provider.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi, type RecordedRequest } from '../support/fake-openai.js';
import { stallAfter } from '../support/fake-openai-plays.js';
import { held } from '../support/held.js';
import { TestSocket } from '../support/socket.js';
import { collectSse } from '../support/sse.js';

interface Budget {
  id: string;
  amount: number;
  used: number;
  reserved: number;
  remaining: number;
  resets_at: string | null;
}

describe('budgets', () => {
  let model: FakeOpenAi;
  let one: TestApp;
  let two: TestApp;
  let admin: string;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    const settings = {
      ...ADMIN_SETTINGS,
      OPENAI_BASE_URL: model.url,
      JWT_SECRET: 'one secret for both of the replicas',
    };
    one = await createTestApp(settings);
    two = await createTestApp({ ...settings, DATABASE_URL: one.databaseUrl, INGESTION_WORKER: 'external' });
    admin = await logInAsAdmin(one.url);
  });
  beforeEach(async () => {
    model.reset();
    me = await register(one.url);
  });
  afterAll(async () => {
    await two?.close();
    await one?.close();
    await model?.close();
  });

  const put = (body: object) =>
    callJson<Budget>(one.url, '/admin/budgets', { method: 'PUT', token: admin, body });
  const limit = async (unit: string, amount: number, more: object = {}) => {
    const body = { subject_type: 'user', subject_id: me.id, unit, period: 'day', amount, ...more };
    const { status, body: budget } = await put(body);
    expect(status).toBe(200);
    // The other replica knows it too.
    await eventually(async () => expect((await limits(two)).map(({ id }) => id)).toContain(budget.id));
    return budget;
  };
  const limits = async ({ url }: TestApp = one, token = me.accessToken) =>
    (await callJson<{ items: Budget[] }>(url, '/usage/limits', { token })).body.items;
  const send = ({ url }: TestApp = one, token = me.accessToken, body: object = {}) =>
    call(url, '/chat', { token, body: { message: 'Hello', ...body } });
  const drop = (id: string) => call(one.url, `/admin/budgets/${id}`, { method: 'DELETE', token: admin });

  it('accept 50 of 200 concurrent messages on two replicas, and count each', async () => {
    await limit('runs', 50);
    const sent = Array.from({ length: 200 }, (_, i) => send(i % 2 ? one : two));
    const answers = await Promise.all(sent);
    const begun = answers.filter(({ status }) => status === 200);
    expect([begun.length, answers.filter(({ status }) => status === 429).length]).toEqual([50, 150]);
    await Promise.all(begun.map(collectSse));
    await eventually(async () =>
      expect(await limits()).toMatchObject([{ used: 50, reserved: 0, remaining: 0 }]),
    );
    expect((await send()).status).toBe(429);
  });

  it('of tokens are never exceeded by concurrent messages, and are charged the usage of the provider', async () => {
    const provider = new BillingProvider();
    await limit('tokens', 40_000);
    const rounds: number[] = [];
    for (let round = 0; round < 3; round++) {
      // None ends, and gives back what it did not use, before all have asked.
      const gate = held(provider.whole('Thirty days a year, as everybody has.'));
      model.reply(gate.play);
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => send(i % 2 ? one : two)));
      const begun = answers.filter(({ status }) => status === 200);
      gate.release();
      await Promise.all(begun.map(collectSse));
      rounds.push(begun.length);
      await eventually(async () =>
        expect(await limits()).toMatchObject([{ reserved: 0, used: provider.total }]),
      );
    }
    // What was reserved and not used is there again.
    expect(rounds.every((count) => count > 5 && count < 50)).toBe(true);
    expect(provider.total).toBeLessThanOrEqual(40_000);
  });

  it('refuse in the format of each surface, with Retry-After', async () => {
    const budget = await limit('runs', 0);
    const token = me.accessToken;
    const refused = await send();
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    const untilMidnight = (Date.parse(budget.resets_at!) - Date.now()) / 1_000;
    expect(wait).toBeGreaterThan(5);
    expect(wait).toBeLessThanOrEqual(Math.ceil(untilMidnight) + 60);
    expect(refused.headers.get('ratelimit-policy')).toBe('"budget";q=0;qu="requests";w=86400');
    expect(refused.headers.get('ratelimit')).toBe(`"budget";r=0;t=${wait}`);
    const sentence = `Your budget of 0 runs a day is used up until ${budget.resets_at}.`;
    expect(await refused.json()).toEqual({ detail: sentence });

    const finder = await send(one, token, { session_id: randomUUID() });
    expect([finder.status, await finder.json()]).toEqual([429, { detail: sentence }]);

    const question = { model: 'assistant', messages: [{ role: 'user', content: 'Hello' }] };
    const openAiError = {
      error: { message: sentence, type: 'insufficient_quota', param: null, code: 'insufficient_quota' },
    };
    for (const [path, body] of [
      ['/v1/chat/completions', question],
      ['/v1/responses', { model: 'assistant', input: 'Hello' }],
    ] as const) {
      const answer = await call(one.url, path, { token, body });
      expect([path, answer.status, await answer.json()]).toEqual([path, 429, openAiError]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(5);
    }
    const chat = await callJson(one.url, '/api/chat/', { token, body: {} });
    const sent = await callJson(one.url, `/api/chat/${String(chat.body['id'])}/messages`, {
      token,
      body: { content: 'Hello' },
    });
    expect(sent).toEqual({ status: 429, body: { detail: sentence } });
    const socket = await TestSocket.open(one.url, `/async_chat?token=${token}`);
    socket.send('Hello');
    expect((await socket.closed).code).toBe(4429);
    expect(socket.frames).toEqual([{ event_type: 'error', content: sentence }]);
    const uiMessages = [{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }];
    const aiSdk = await callJson(one.url, '/api/ai/chat', { token, body: { id: 'c', messages: uiMessages } });
    expect(aiSdk).toEqual({ status: 429, body: { detail: sentence } });
    const agUi = await callJson(one.url, '/agui/assistant', {
      token,
      body: {
        threadId: 't',
        runId: 'r',
        messages: [{ id: 'm', role: 'user', content: 'Hello' }],
        tools: [],
        context: [],
        state: {},
        forwardedProps: {},
      },
    });
    expect(agUi).toEqual({ status: 429, body: { detail: sentence } });
    expect(model.requests).toEqual([]);
  });

  it('reserve a part while an answer is written, and release the unused rest', async () => {
    await limit('runs', 2);
    model.reply(stallAfter('Wait'));
    const [first, second] = [await send(), await send()];
    const refused = await send();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await refused.json()).toEqual({
      detail: 'Your budget of 2 runs a day is reserved by answers being written. Please try again shortly.',
    });
    expect(await limits()).toMatchObject([{ used: 0, reserved: 2, remaining: 0 }]);
    const runIds = [first, second].map(({ headers }) => headers.get('x-run-id'));
    for (const runId of runIds)
      await call(one.url, `/runs/${runId}/stop`, { method: 'POST', token: me.accessToken });
    await eventually(async () => expect(await limits()).toMatchObject([{ used: 2, reserved: 0 }]));
  });

  it('are not charged for a message that is refused, repeated, or stopped while it waits', async () => {
    await limit('runs', 3);
    model.reply(stallAfter('Wait'));
    const conversation = { conversation_id: randomUUID() };
    const headers = { 'Idempotency-Key': 'asked twice' };
    const ask = (path: string, more = {}) =>
      call(one.url, path, { token: me.accessToken, body: { message: 'Hello', ...conversation }, ...more });
    const first = await ask('/chat', { headers });
    expect((await ask('/chat', { headers })).headers.get('x-run-id')).toBe(first.headers.get('x-run-id'));
    expect((await ask('/chat')).status).toBe(409);
    const waiting = await ask('/chat?on_busy=enqueue');
    expect(await limits()).toMatchObject([{ used: 0, reserved: 2 }]);
    const stop = (runId: string | null) =>
      call(one.url, `/runs/${runId}/stop`, { method: 'POST', token: me.accessToken });
    await stop(waiting.headers.get('x-run-id'));
    await eventually(async () => expect(await limits()).toMatchObject([{ used: 0, reserved: 1 }]));
    await stop(first.headers.get('x-run-id'));
    await eventually(async () => expect(await limits()).toMatchObject([{ used: 1, reserved: 0 }]));
  });

  it('of groups, keys and all count together: all of them must have something left', async () => {
    const [group, other] = [`group-${randomUUID()}`, await register(one.url)];
    for (const { id } of [me, other])
      await call(one.url, `/admin/users/${id}`, { method: 'PATCH', token: admin, body: { groups: [group] } });
    const key = (
      await callJson<{ id: string; key: string }>(one.url, '/users/me/keys', {
        token: me.accessToken,
        body: { name: 'a key', scopes: ['chat'] },
      })
    ).body;
    await limit('runs', 2, { subject_type: 'group', subject_id: group });
    await put({ subject_type: 'key', subject_id: key.id, unit: 'runs', period: 'total', amount: 1 });
    const all = (await put({ subject_type: 'all', unit: 'runs', period: 'month', amount: 1_000 })).body;
    await eventually(async () => expect(await limits(one, key.key)).toHaveLength(3));
    expect(await limits()).toHaveLength(2);

    await collectSse(await send(one, key.key));
    const byKey = await send(one, key.key);
    expect([byKey.status, await byKey.json()]).toEqual([
      429,
      { detail: "The API key's budget of 1 runs in all is used up." },
    ]);
    await collectSse(await send(one, other.accessToken));
    const byGroup = await send();
    expect(((await byGroup.json()) as { detail: string }).detail).toMatch(
      `The group ${group}'s budget of 2 runs a day is used up until`,
    );
    await eventually(async () =>
      expect(await limits(one, key.key)).toMatchObject(
        expect.arrayContaining([
          expect.objectContaining({ subject_type: 'all', used: 2, reserved: 0 }),
          expect.objectContaining({ subject_type: 'group', used: 2, reserved: 0 }),
          expect.objectContaining({ subject_type: 'key', used: 1, reserved: 0, resets_at: null }),
        ]),
      ),
    );
    expect((await drop(all.id)).status).toBe(204);
    expect((await drop(all.id)).status).toBe(404);
  });

  it('are set once for each subject, unit and period; a subject that does not exist is refused', async () => {
    const first = await limit('runs', 1);
    const again = await limit('runs', 7);
    expect(again).toMatchObject({ id: first.id, amount: 7 });
    const body = { subject_type: 'user', unit: 'runs', period: 'day', amount: 1 };
    expect((await put({ ...body, subject_id: randomUUID() })).status).toBe(404);
    expect((await put({ ...body, subject_type: 'key', subject_id: randomUUID() })).status).toBe(404);
    expect((await put({ ...body, subject_id: 'nobody' })).body).toMatchObject({
      detail: [{ type: 'value_error', loc: ['body', 'subject_id'], msg: 'Input should be a UUID' }],
    });
    for (const wrong of [body, { ...body, subject_type: 'all', subject_id: 'x' }, { ...body, amount: -1 }])
      expect((await put(wrong)).status).toBe(422);
    const { body: listed } = await callJson<{ items: Budget[] }>(one.url, '/admin/budgets', { token: admin });
    expect(listed.items.filter(({ id }) => id === first.id)).toMatchObject([{ amount: 7, used: 0 }]);
    const foreign = await call(one.url, '/admin/budgets', { token: me.accessToken });
    expect(foreign.status).toBe(403);
    await call(one.url, `/users/me`, {
      method: 'DELETE',
      token: me.accessToken,
      body: { password: me.password },
    });
    const { body: left } = await callJson<{ items: Budget[] }>(one.url, '/admin/budgets', { token: admin });
    expect(left.items.map(({ id }) => id)).not.toContain(first.id);
  });

  it("reserve the estimated cost of a conversation's history", async () => {
    await limit('tokens', 1_000_000);
    const conversation = { conversation_id: randomUUID() };
    await collectSse(await send(one, me.accessToken, { ...conversation, message: 'word '.repeat(3_500) }));
    await eventually(async () => expect(await limits()).toMatchObject([{ reserved: 0 }]));
    const prompts: RecordedRequest[] = [];
    model.reply((response, request) => {
      prompts.push(request);
      return stallAfter('Wait')(response, request);
    });
    const plain = await send();
    const [{ reserved: little }] = (await limits()) as [Budget];
    const long = await send(one, me.accessToken, conversation);
    const [{ reserved: both }] = (await limits()) as [Budget];
    expect(both - 2 * little).toBeGreaterThan(4_900);
    expect(both - 2 * little).toBeLessThan(6_000);
    for (const { headers } of [plain, long])
      await call(one.url, `/runs/${headers.get('x-run-id')}/stop`, { method: 'POST', token: me.accessToken });
    await eventually(async () => expect(await limits()).toMatchObject([{ reserved: 0 }]));
  });
});

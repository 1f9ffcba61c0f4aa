import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import { Client } from 'pg';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { refuse } from '../support/fake-openai-plays.js';
import { callTools } from '../support/fake-tool-calls.js';
import { personasFolder } from '../support/personas.js';
import { Receiver, type Received } from '../support/receiver.js';
import { collectSse } from '../support/sse.js';
import { uploaded } from '../support/upload.js';

interface Webhook {
  id: string;
  secret: string;
  is_active: boolean;
  disabled_reason: string | null;
}
interface Delivery {
  id: string;
  type: string;
  status: string;
  attempts: number;
  http_status: number | null;
  response_head: string | null;
  error: string | null;
  next_at: string | null;
}
interface Event {
  id: string;
  type: string;
  created_at: number;
  data: Record<string, unknown>;
}

const { webhooks: client } = new OpenAI({ apiKey: 'none' });
const CAREFUL = `
label: Careful
description: Asks before it computes.
prompt: You are careful.
tools: [calculator]
approval: [calculator]
`;
const WITHIN_MS = 30_000;

describe('webhooks', () => {
  let model: FakeOpenAi;
  let receiver: Receiver;
  let parley: TestApp;
  let db: Client;
  let admin: string;
  let me: Account;
  let path: string;
  let personas: Awaited<ReturnType<typeof personasFolder>>;

  beforeAll(async () => {
    [model, receiver] = await Promise.all([FakeOpenAi.start(), Receiver.start()]);
    personas = await personasFolder({ careful: CAREFUL });
    parley = await createTestApp({
      ...ADMIN_SETTINGS,
      AGENTS_DIR: personas.path,
      OPENAI_BASE_URL: model.url,
      WEBHOOK_PRIVATE_HOSTS: '127.0.0.1',
    });
    db = new Client({ connectionString: parley.databaseUrl });
    await db.connect();
    admin = await logInAsAdmin(parley.url);
    me = await register(parley.url);
  });
  beforeEach(() => {
    model.reset();
    path = `/${randomUUID()}`;
  });
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await receiver?.close();
    await model?.close();
    await personas?.remove();
  });

  const api = <T>(route: string, options: object = {}) =>
    callJson<T>(parley.url, `/admin/webhooks${route}`, { token: admin, ...options });
  const create = async (body: object = {}) => {
    const url = `http://127.0.0.1:${receiver.port}${path}`;
    const made = await api<Webhook>('', { body: { url, types: ['run.completed', 'run.failed'], ...body } });
    expect(made.status).toBe(201);
    return made.body;
  };
  const remove = ({ id }: Webhook) =>
    call(parley.url, `/admin/webhooks/${id}`, { method: 'DELETE', token: admin });
  const deliveries = async ({ id }: Webhook) =>
    (await api<{ items: Delivery[] }>(`/${id}/deliveries`)).body.items;
  const send = (body: object = {}, token = me.accessToken) =>
    call(parley.url, '/chat', { token, body: { message: 'How much leave is there?', ...body } });
  const arrives = async (count = 1): Promise<Received[]> => {
    await eventually(async () => expect(receiver.at(path)).toHaveLength(count), WITHIN_MS);
    return receiver.at(path);
  };
  const unwrap = async ({ body, headers }: Received, secret: string) =>
    (await client.unwrap(body, headers as Record<string, string>, secret)) as unknown as Event;
  const isDue = ({ id }: Delivery) =>
    db.query("UPDATE webhook_deliveries SET next_at = now() - interval '1 second' WHERE id = $1", [id]);

  it('are sent when an answer is complete or fails, signed, with ids and without texts', async () => {
    const webhook = await create();
    model.reply('Thirty days a year.', refuse(401));
    const complete = await send();
    await collectSse(complete);
    const [first] = await arrives();
    const event = await unwrap(first!, webhook.secret);
    expect(event).toEqual({
      id: first!.headers['webhook-id'],
      type: 'run.completed',
      created_at: expect.any(Number),
      data: {
        run_id: complete.headers.get('x-run-id'),
        conversation_id: expect.any(String),
        user_id: me.id,
        agent: 'assistant',
        status: 'complete',
        error: null,
      },
    });
    expect(Math.abs(event.created_at - Date.now() / 1_000)).toBeLessThan(3_600);
    expect(first!.body).not.toContain('Thirty');

    const failed = await send();
    await collectSse(failed);
    const second = (await arrives(2))[1]!;
    expect(await unwrap(second, webhook.secret)).toMatchObject({
      type: 'run.failed',
      data: {
        run_id: failed.headers.get('x-run-id'),
        status: 'failed',
        error: expect.stringMatching(/^model-/),
      },
    });
    await eventually(async () =>
      expect(await deliveries(webhook)).toMatchObject([
        {
          type: 'run.failed',
          status: 'delivered',
          attempts: 1,
          http_status: 204,
          error: null,
          next_at: null,
        },
        { type: 'run.completed', status: 'delivered' },
      ]),
    );
    await remove(webhook);
  });

  it('are sent when an answer waits for a person, with the tools and without their input', async () => {
    const webhook = await create({ types: ['run.waiting', 'run.completed'] });
    model.reply(callTools([{ name: 'calculator', input: { expression: '6 * 7' } }]), 'It is 42.');
    const waiting = await send({ agent: 'Careful', conversation_id: randomUUID() });
    await collectSse(waiting);
    const [first] = await arrives();
    const runId = waiting.headers.get('x-run-id')!;
    const { type, data } = await unwrap(first!, webhook.secret);
    expect({ type, data }).toMatchObject({
      type: 'run.waiting',
      data: { run_id: runId, user_id: me.id, agent: 'careful', status: 'waiting' },
    });
    const [approval, ...others] = data.approvals as { id: string; tool: string }[];
    expect([approval, others]).toEqual([{ id: expect.any(String), tool: 'calculator' }, []]);
    const decision = { token: me.accessToken, body: { decision: 'approve' } };
    const decided = await call(parley.url, `/runs/${runId}/approvals/${approval!.id}`, decision);
    expect(decided.status).toBe(200);
    const second = (await arrives(2))[1]!;
    expect(await unwrap(second, webhook.secret)).toMatchObject({
      type: 'run.completed',
      data: { run_id: runId },
    });
    await remove(webhook);
  });

  it('have the text of the answer where that was asked for, and only events of the types that were', async () => {
    const webhook = await create({ types: ['run.completed'], include_content: true });
    model.reply(refuse(401), 'Thirty days a year.');
    await collectSse(await send());
    await collectSse(await send());
    const [only] = await arrives();
    expect(await unwrap(only!, webhook.secret)).toMatchObject({
      type: 'run.completed',
      data: { reply: 'Thirty days a year.' },
    });
    await remove(webhook);
  });

  it('are sent again with pauses that grow, under the same id, until they are accepted', async () => {
    const webhook = await create();
    receiver.answer(path, 500, {}, 'the database is \0 unavailable');
    await collectSse(await send());
    await arrives();
    for (const [attempts, seconds] of [
      [1, 5],
      [2, 300],
      [3, 1_800],
      [4, 7_200],
      [5, 18_000],
      [6, 36_000],
      [7, 86_400],
    ] as const) {
      await eventually(async () => {
        expect(await deliveries(webhook)).toMatchObject([
          {
            status: 'pending',
            attempts,
            http_status: 500,
            response_head: 'the database is  unavailable',
            error: 'The endpoint answered 500.',
          },
        ]);
        const { rows } = await db.query<{ pause: number }>(
          'SELECT extract(epoch FROM next_at - now())::float8 AS pause FROM webhook_deliveries WHERE endpoint_id = $1',
          [webhook.id],
        );
        expect(rows[0]!.pause).toBeLessThanOrEqual(seconds);
        if (seconds > 5) expect(rows[0]!.pause).toBeGreaterThan(seconds - 200);
      }, WITHIN_MS);
      const [delivery] = await deliveries(webhook);
      await isDue(delivery!);
      await arrives(attempts + 1);
    }
    await eventually(async () => {
      expect(await deliveries(webhook)).toMatchObject([{ status: 'failed', attempts: 8, next_at: null }]);
    }, WITHIN_MS);
    const ids = receiver.at(path).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);

    const [delivery] = await deliveries(webhook);
    receiver.answer(path, 200, {}, 'ok');
    const again = await call(
      parley.url,
      `/admin/webhooks/${webhook.id}/deliveries/${delivery!.id}/redeliver`,
      {
        method: 'POST',
        token: admin,
      },
    );
    expect(again.status).toBe(204);
    await arrives(9);
    await eventually(async () =>
      expect(await deliveries(webhook)).toMatchObject([
        { status: 'delivered', attempts: 1, response_head: 'ok' },
      ]),
    );
    await remove(webhook);
  }, 120_000);

  it('deactivate an endpoint that answers 410, and follow no redirect', async () => {
    const webhook = await create();
    receiver.answer(path, 302, { location: `http://127.0.0.1:${receiver.port}/elsewhere` });
    await collectSse(await send());
    await arrives();
    await eventually(async () =>
      expect(await deliveries(webhook)).toMatchObject([{ status: 'pending', http_status: 302 }]),
    );
    expect(receiver.at('/elsewhere')).toEqual([]);
    receiver.answer(path, 410);
    await isDue((await deliveries(webhook))[0]!);
    await eventually(async () => {
      expect((await api<Webhook>(`/${webhook.id}`)).body).toMatchObject({
        is_active: false,
        disabled_reason: 'The endpoint answered 410.',
      });
    }, WITHIN_MS);
    expect(await deliveries(webhook)).toMatchObject([{ status: 'failed', http_status: 410 }]);
    await collectSse(await send());
    const active = await api<Webhook>(`/${webhook.id}`, { method: 'PATCH', body: { is_active: true } });
    expect(active.body).toMatchObject({ is_active: true, disabled_reason: null });
    await remove(webhook);
  });

  it('never go to an address that is not public, by number or by name, unless it is allowed', async () => {
    for (const host of ['127.0.0.2', '[::1]', '169.254.169.254', '10.0.0.1', '0x7f000002']) {
      const refused = await api('', {
        body: { url: `http://${host}:${receiver.port}/`, types: ['run.completed'] },
      });
      expect([host, refused.status]).toEqual([host, 422]);
    }
    const webhook = await create({ url: `http://localhost:${receiver.port}${path}` });
    await collectSse(await send());
    await eventually(async () => {
      expect(await deliveries(webhook)).toMatchObject([
        {
          status: 'failed',
          attempts: 1,
          http_status: null,
          error: expect.stringContaining('localhost is no public address; WEBHOOK_PRIVATE_HOSTS allows it'),
        },
      ]);
    }, WITHIN_MS);
    expect(receiver.at(path)).toEqual([]);
    await remove(webhook);
  });

  it('are signed with both secrets while one takes the place of the other', async () => {
    const webhook = await create();
    const { body: rotated } = await api<{ secret: string }>(`/${webhook.id}/rotate-secret`, {
      method: 'POST',
    });
    expect(rotated.secret).not.toBe(webhook.secret);
    await collectSse(await send());
    const [received] = await arrives();
    expect(await unwrap(received!, webhook.secret)).toEqual(await unwrap(received!, rotated.secret));
    const listed = await api<{ items: object[] }>('');
    expect(JSON.stringify(listed.body)).not.toContain('whsec_');
    await remove(webhook);
  });

  it('are sent for documents, and once for a budget that is used up', async () => {
    const webhook = await create({
      types: ['attachment.indexed', 'attachment.failed', 'budget.reached'],
    });
    const other = await register(parley.url);
    const good = await uploaded(parley.url, other.accessToken, {
      name: 'good.txt',
      bytes: 'Whales are large.',
    });
    const bad = await uploaded(parley.url, other.accessToken, {
      name: 'bad.pdf',
      bytes: '%PDF-1.7 and no more',
    });
    const indexed = await Promise.all((await arrives(2)).map((received) => unwrap(received, webhook.secret)));
    const outcomes = indexed.map(({ type, data }) => [type, data['attachment_id'], data['user_id']]);
    expect(outcomes.toSorted()).toEqual(
      [
        ['attachment.indexed', good, other.id],
        ['attachment.failed', bad, other.id],
      ].toSorted(),
    );
    const budget = { subject_type: 'user', subject_id: other.id, unit: 'runs', period: 'day', amount: 1 };
    await call(parley.url, '/admin/budgets', { method: 'PUT', token: admin, body: budget });
    await collectSse(await send({}, other.accessToken));
    await eventually(async () => expect((await limitsOf(other))[0]).toMatchObject({ used: 1, reserved: 0 }));
    for (let i = 0; i < 3; i++) expect((await send({}, other.accessToken)).status).toBe(429);
    const events = await Promise.all((await arrives(3)).map((received) => unwrap(received, webhook.secret)));
    expect(events.at(-1)).toMatchObject({
      type: 'budget.reached',
      data: { subject_type: 'user', subject_id: other.id, unit: 'runs', period: 'day', amount: 1, used: 1 },
    });
    const eventsOf = async () =>
      (await db.query('SELECT type FROM outbox WHERE user_id = $1', [other.id])).rows.length;
    expect(await eventsOf()).toBe(3);
    await call(parley.url, '/users/me', {
      method: 'DELETE',
      token: other.accessToken,
      body: { password: other.password },
    });
    await eventually(async () => expect(await eventsOf()).toBe(0));
    await remove(webhook);
  }, 60_000);

  const limitsOf = async ({ accessToken: token }: Account) =>
    (await callJson<{ items: object[] }>(parley.url, '/usage/limits', { token })).body.items;

  it('are changed and deleted by admins alone, and invalid ones are refused', async () => {
    const webhook = await create();
    expect((await call(parley.url, '/admin/webhooks', { token: me.accessToken })).status).toBe(403);
    for (const body of [
      { url: 'ftp://example.com' },
      { url: 'https://a:b@example.com' },
      { types: ['run.began'] },
    ]) {
      const changed = await api(`/${webhook.id}`, { method: 'PATCH', body });
      expect([body, changed.status]).toEqual([body, 422]);
    }
    expect((await api(`/${randomUUID()}/deliveries`)).status).toBe(404);
    const foreign = `/${webhook.id}/deliveries/${randomUUID()}/redeliver`;
    expect(
      (await call(parley.url, `/admin/webhooks${foreign}`, { method: 'POST', token: admin })).status,
    ).toBe(404);
    expect((await remove(webhook)).status).toBe(204);
    expect((await remove(webhook)).status).toBe(404);
    // Without an endpoint nothing is written down.
    const count = async () => (await db.query('SELECT FROM outbox')).rowCount;
    const before = await count();
    await collectSse(await send());
    expect(await count()).toBe(before);
  });
});

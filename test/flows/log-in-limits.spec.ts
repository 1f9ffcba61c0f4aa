import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { call, callJson, register } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { collectSse } from '../support/sse.js';
import { scaled } from '../support/time-factor.mjs';

/** What a client may wait for an answer while Redis hangs, many others asking at once. */
const WAIT_TIMEOUT_MS = 5_000;

describe('failed log-ins on two replicas', () => {
  let proxy: FaultProxy;
  let steady: TestApp;
  /** Reaches Redis through the proxy. */
  let shaky: TestApp;

  beforeAll(async () => {
    proxy = await FaultProxy.to(redisUrl());
    const settings = {
      RATE_LIMITS: 'on',
      JWT_SECRET: 'one secret for both of the replicas',
      INGESTION_WORKER: 'external',
      TRUST_PROXY: '1',
      SHARES: 'on',
      ...ADMIN_SETTINGS,
    };
    steady = await createTestApp(settings);
    shaky = await createTestApp({ ...settings, DATABASE_URL: steady.databaseUrl, REDIS_URL: proxy.url });
  });
  afterAll(async () => {
    await shaky?.close();
    await steady?.close();
    await proxy?.close();
  });
  afterEach(async () => {
    proxy.thaw();
    proxy.mend();
    await eventually(async () => expect((await call(shaky.url, '/health/ready')).status).toBe(200), 15_000);
  });

  async function tryOn(
    { url }: TestApp,
    email: string,
    password: string,
    ip = '',
    deadline = WAIT_TIMEOUT_MS,
  ): Promise<number> {
    const response = await fetch(`${url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(ip && { 'X-Forwarded-For': ip }) },
      body: JSON.stringify({ email, password }),
      signal: AbortSignal.timeout(scaled(deadline)),
    });
    return response.status;
  }

  async function guess(apps: TestApp[], email: string): Promise<number[]> {
    const statuses = [];
    for (const app of apps) statuses.push(await tryOn(app, email, 'wrong password'));
    return statuses;
  }

  const times = (count: number, ...apps: TestApp[]) => Array.from({ length: count }, () => apps).flat();
  const refused = (count: number) => Array<number>(count).fill(401);

  it('count together, and a success on either takes them back', async () => {
    const { email, password } = await register(steady.url);
    expect(await guess(times(4, steady, shaky), email)).toEqual(refused(8));
    expect(await tryOn(shaky, email, password)).toBe(200);
    expect(await guess(times(5, steady, shaky), email)).toEqual(refused(10));
    expect(await tryOn(steady, email, password)).toBe(429);
    expect(await tryOn(shaky, email, password)).toBe(429);
  });

  it('are a hundred from many networks, and the owner elsewhere still gets in', async () => {
    const { email, password } = await register(steady.url);
    const home = '198.51.100.1';
    const guesses = Array.from({ length: 120 }, (_, i) => `192.0.2.${i % 12}`);
    const statuses: number[] = [];
    for (const ip of guesses) statuses.push(await tryOn(steady, email, 'wrong password', ip));
    expect(statuses.filter((status) => status === 401)).toHaveLength(100);
    expect(statuses.slice(100)).toEqual(Array<number>(20).fill(429));
    expect(await tryOn(shaky, email, 'mistyped once', '203.0.113.1')).toBe(401);
    expect(await tryOn(shaky, email, password, '203.0.113.1')).toBe(429);
    expect(await tryOn(shaky, email, password, home)).toBe(200);
    expect(await tryOn(shaky, email, 'mistyped at home', home)).toBe(401);
    expect(await tryOn(shaky, email, password, home)).toBe(200);
  });

  it('are a hundred at many accounts from one network, and others there who are known get in', async () => {
    const [me, other] = [await register(steady.url), await register(steady.url)];
    const office = '192.0.2.77';
    expect(await tryOn(steady, me.email, me.password, office)).toBe(200);
    const spray = Array.from({ length: 110 }, (_, i) => `nobody-${i}@example.com`);
    const statuses = await Promise.all(
      spray.map((email) => tryOn(steady, email, 'Winter2026!', office, 60_000)),
    );
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(105);
    expect(await tryOn(shaky, other.email, other.password, office)).toBe(429);
    expect(await tryOn(shaky, other.email, other.password, '192.0.2.78')).toBe(200);
    expect(await tryOn(shaky, me.email, me.password, office)).toBe(200);
  });

  it('are ten at the password of a shared conversation too', async () => {
    const { accessToken: token } = await register(steady.url);
    const id = 'shared';
    await collectSse(
      await call(steady.url, '/chat', { token, body: { message: 'Hello', conversation_id: id } }),
    );
    const password = 'open sesame';
    const made = await callJson<{ token: string }>(steady.url, `/conversations/${id}/shares`, {
      token,
      body: { password },
    });
    const read = async (app: TestApp, given: string, ip: string) =>
      (
        await call(app.url, `/shared/${made.body.token}`, {
          headers: { 'X-Share-Password': given, 'X-Forwarded-For': ip },
        })
      ).status;
    const guesses: number[] = [];
    for (const app of times(5, steady, shaky)) guesses.push(await read(app, 'open barley', '192.0.2.66'));
    expect(guesses).toEqual(refused(10));
    expect(await read(shaky, password, '192.0.2.66')).toBe(429);
    expect(await read(shaky, password, '198.51.100.66')).toBe(200);
  });

  it('and other anonymous events are limited in the audit trail', async () => {
    const token = await logInAsAdmin(steady.url);
    const logOut = () =>
      call(steady.url, '/auth/logout', {
        body: { refresh_token: 'none' },
        headers: { 'X-Forwarded-For': '192.0.2.88' },
      });
    for (let i = 0; i < 110; i++) expect((await logOut()).status).toBe(204);
    const { body } = await callJson<{ items: object[] }>(
      steady.url,
      '/admin/audit?action=logOut&limit=1000',
      { token },
    );
    expect(body.items).toHaveLength(100);
  });

  it('wait by network: one that floods the server holds up none but itself', async () => {
    const me = await register(steady.url);
    let answered = 0;
    const flood = Array.from({ length: 90 }, async (_, i) => {
      await tryOn(steady, `unknown-${i}@example.com`, 'wrong password', '192.0.2.99', 60_000);
      answered += 1;
    });
    await eventually(async () => expect(answered).toBeGreaterThan(0));
    expect(await tryOn(steady, me.email, me.password, '198.51.100.2')).toBe(200);
    expect(answered).toBeLessThan(45);
    await Promise.all(flood);
  });

  it.each<[string, () => void]>([
    ['unreachable', () => proxy.cut()],
    ['frozen', () => proxy.freeze()],
  ])('are counted by each replica while Redis is %s, which holds nobody up', async (_name, begin) => {
    const { email, password } = await register(steady.url);
    begin();
    expect(await tryOn(shaky, email, password)).toBe(200);
    await Promise.all(times(12, shaky).map((app) => tryOn(app, email, 'wrong password')));
    expect(await tryOn(shaky, email, password)).toBe(429);
    expect(await tryOn(steady, email, password)).toBe(200);
  });
});

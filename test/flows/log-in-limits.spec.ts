import { createTestApp, type TestApp } from '../support/app.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { call, register } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';

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

  async function tryOn({ url }: TestApp, email: string, password: string): Promise<number> {
    const response = await fetch(`${url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password }),
      signal: AbortSignal.timeout(WAIT_TIMEOUT_MS),
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

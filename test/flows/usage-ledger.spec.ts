import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { BillingProvider } from '../support/billing-provider.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { refuse } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { Replica } from '../support/replica.js';
import { runState } from '../support/runs.js';
import { collectSse } from '../support/sse.js';

const SETTINGS = { ...ADMIN_SETTINGS, JWT_SECRET: 'one secret for both of the replicas' };
/** By then the runs of a dead process have been ended. */
const TAKEN_OVER_MS = 30_000;

interface Sum {
  runs: number;
  input_tokens: number;
  output_tokens: number;
  estimated: boolean;
}

describe('the ledger of usage', () => {
  let model: FakeOpenAi;
  let provider: BillingProvider;
  let parley: TestApp;
  let me: Account;
  let db: Client;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ ...SETTINGS, OPENAI_BASE_URL: model.url });
    db = new Client({ connectionString: parley.databaseUrl });
    await db.connect();
  });
  beforeEach(async () => {
    model.reset();
    provider = new BillingProvider();
    me = await register(parley.url);
    const body = {
      subject_type: 'user',
      subject_id: me.id,
      unit: 'tokens',
      period: 'month',
      amount: 1_000_000,
    };
    const token = await logInAsAdmin(parley.url);
    expect((await call(parley.url, '/admin/budgets', { method: 'PUT', token, body })).status).toBe(200);
  });
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await model?.close();
  });

  const send = (url = parley.url, body: object = {}) =>
    call(url, '/chat', { token: me.accessToken, body: { message: 'How much leave is there?', ...body } });
  const runIdOf = ({ headers }: Response) => headers.get('x-run-id')!;
  const shows = (url: string, runId: string, text: string) =>
    eventually(async () => expect((await runState(url, me.accessToken, runId)).reply).toBe(text), 10_000);
  /** The ledger and the budget are what the provider charges, to the token. */
  const isTheBill = async (runs: number, withinMs = 10_000) => {
    await eventually(async () => {
      const { body } = await callJson<{ items: Sum[] }>(parley.url, '/usage', { token: me.accessToken });
      expect(body.items).toMatchObject([
        { runs, input_tokens: provider.input, output_tokens: provider.output, estimated: false },
      ]);
      const { body: limits } = await callJson<{ items: object[] }>(parley.url, '/usage/limits', {
        token: me.accessToken,
      });
      expect(limits.items).toMatchObject([{ used: provider.total, reserved: 0 }]);
    }, withinMs);
    expect(provider.total).toBeGreaterThan(0);
  };

  it('has the usage of complete answers, after retries and failures too', async () => {
    const whole = provider.whole('Thirty days a year.');
    model.reply(whole, refuse(500), whole, provider.breaking(''), whole, provider.breaking('Thirty days'));
    await collectSse(await send());
    await collectSse(await send());
    await collectSse(await send());
    const cut = await send();
    await collectSse(cut);
    expect((await runState(parley.url, me.accessToken, runIdOf(cut))).status).toBe('failed');
    expect(model.requests).toHaveLength(6);
    await isTheBill(4);
  });

  it('has the usage of stopped answers', async () => {
    model.reply(provider.stalling('Thirty days '));
    const stopped = await send();
    await shows(parley.url, runIdOf(stopped), 'Thirty days');
    await call(parley.url, `/runs/${runIdOf(stopped)}/stop`, { method: 'POST', token: me.accessToken });
    await isTheBill(1);
  });

  it('has the usage of answers whose conversation was deleted meanwhile', async () => {
    model.reply(provider.stalling('Thirty days '));
    const conversation_id = randomUUID();
    const deleted = await send(parley.url, { conversation_id });
    await shows(parley.url, runIdOf(deleted), 'Thirty days');
    await call(parley.url, `/conversations/${conversation_id}`, { method: 'DELETE', token: me.accessToken });
    await isTheBill(1);
  });

  it('has the usage of answers whose process was killed', async () => {
    const other = await Replica.start({
      ...SETTINGS,
      OPENAI_BASE_URL: model.url,
      DATABASE_URL: parley.databaseUrl,
      REDIS_URL: redisUrl(),
    });
    try {
      model.reply(provider.stalling('Thirty days '));
      const runId = runIdOf(await send(other.url));
      await shows(parley.url, runId, 'Thirty days');
      await eventually(async () => {
        const { rows } = await db.query('SELECT usage FROM runs WHERE id = $1', [runId]);
        expect(rows).toMatchObject([{ usage: { outputTokens: provider.output } }]);
      });
    } finally {
      await other.end('SIGKILL');
    }
    await isTheBill(1, TAKEN_OVER_MS);
  }, 60_000);

  it('has the usage of requests beside the answer', async () => {
    // Loading it takes seconds, and a turn waits for the model's reading for four.
    await import('@langchain/openai');
    const title = {
      title: 'Alien',
      genres: [],
      people: [],
      from_year: null,
      to_year: null,
      description: null,
    };
    const plan = { ...title, choice: null, agrees: false, turns_down: false };
    model.reply((response, request) => {
      const play = request.body.tools ? provider.calling(plan) : provider.whole('That is Alien, of 1979.');
      return play(response, request);
    });
    await collectSse(await send(parley.url, { session_id: randomUUID(), message: 'zzqwx vrondle flimbert' }));
    expect(model.requests.some(({ body }) => body.tools)).toBe(true);
    await isTheBill(1);
  });
});

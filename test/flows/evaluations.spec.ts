import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { collectJson } from '../support/sse.js';
import { Receiver } from '../support/receiver.js';
import { uploaded, uploadIndexed } from '../support/upload.js';

interface Run {
  id: string;
  status: string;
  done: number;
  total: number;
  config: object;
  metrics: Record<string, number> | null;
  passed: boolean | null;
  baseline: string | null;
  error: string | null;
}
interface Result {
  question: string;
  rank: number | null;
  shown: boolean;
  cited_ok: boolean | null;
  hits: { document_id: string; filename: string }[];
}
interface List<T> {
  items: T[];
  next: string | null;
}

const HANDBOOK =
  '# Leave\n\nEverybody has thirty days of paid leave a year.\n\n# Parking\n\nThe car park opens at six.';
const MENU = '# Menu\n\nOn Mondays the canteen serves lentil soup with bread.';
const CASES = [
  {
    question: 'How many days of paid leave are there?',
    expected: { filename: 'handbook.md', quote: 'thirty days of paid leave' },
  },
  { question: 'When does the car park open?', expected: { filename: 'handbook.md' }, tags: ['parking'] },
  {
    question: 'What does the canteen serve on Mondays?',
    expected: { filename: 'menu.md', quote: 'lentil soup' },
  },
  { question: 'Who won the chess tournament in Reykjavik?', expected: { answerable: false } },
];
const lines = (cases: readonly object[]) => cases.map((one) => JSON.stringify(one)).join('\n');

describe('evaluations', () => {
  let parley: TestApp;
  let receiver: Receiver;
  let db: Client;
  let admin: string;
  let owner: Account;

  beforeAll(async () => {
    receiver = await Receiver.start();
    parley = await createTestApp({ ...ADMIN_SETTINGS, WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' });
    db = new Client({ connectionString: parley.databaseUrl });
    await db.connect();
    admin = await logInAsAdmin(parley.url);
    owner = await register(parley.url);
    await uploadIndexed(
      parley.url,
      owner.accessToken,
      { name: 'handbook.md', bytes: HANDBOOK },
      { name: 'menu.md', bytes: MENU },
    );
  }, 60_000);
  afterAll(async () => {
    await db?.end();
    await parley?.close();
    await receiver?.close();
  });

  const api = <T>(path: string, options: object = {}) =>
    callJson<T>(parley.url, `/admin/evals${path}`, { token: admin, ...options });
  const addCases = (id: string, body: string, type = 'application/jsonl') =>
    fetch(`${parley.url}/admin/evals/${id}/cases`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${admin}`, 'Content-Type': type },
      body,
    });
  const create = async (cases: readonly object[] = CASES, ownerId: string | null = owner.id) => {
    const made = await api<{ id: string }>('', { body: { name: 'Handbook', owner_id: ownerId } });
    expect(made.status).toBe(201);
    const added = await addCases(made.body.id, lines(cases));
    expect([added.status, await added.json()]).toEqual([201, { added: cases.length, cases: cases.length }]);
    return made.body.id;
  };
  const start = async (id: string, body?: object) => {
    const begun = await api<Run>(`/${id}/runs`, { method: 'POST', body });
    expect([begun.status, begun.body]).toMatchObject([202, { status: 'queued', done: 0, metrics: null }]);
    return begun.body;
  };
  /** Follows the progress of a run to its end. */
  const follow = async (id: string, runId: string) => {
    const response = await call(parley.url, `/admin/evals/${id}/runs/${runId}/events`, { token: admin });
    const events = await collectJson<{ type: string; run: Run }>(response);
    expect(events.map(({ type }) => type)).toEqual(events.map(() => 'status'));
    const done = events.map(({ run }) => run.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    return events.at(-1)!.run;
  };
  const complete = async (id: string, body?: object) => follow(id, (await start(id, body)).id);

  it('score the results of retrieval for each case, and report progress', async () => {
    const id = await create();
    const run = await complete(id);
    expect(run).toMatchObject({ status: 'complete', done: 4, total: 4, passed: null, error: null });
    expect(run.metrics).toMatchObject({
      answerable: 3,
      unanswerable: 1,
      recall_at_1: 1,
      recall_at_3: 1,
      recall_at_5: 1,
      mrr: 1,
      ndcg_at_5: 1,
      false_answer_rate: 0,
      citation_validity: 1,
    });
    expect(run.metrics!.p95_ms).toBeGreaterThanOrEqual(run.metrics!.p50_ms!);
    expect((await api<Run>(`/${id}/runs/${run.id}`)).body).toEqual(run);
    const { body: results } = await api<List<Result>>(`/${id}/runs/${run.id}/results`);
    expect(results.items.map(({ question, rank }) => [question, rank])).toEqual(
      CASES.map(({ question }, i) => [question, i < 3 ? 1 : null]),
    );
    expect(results.items[0]).toMatchObject({ shown: true, cited_ok: true });
    expect(results.items[0]!.hits[0]).toMatchObject({ filename: 'handbook.md' });
    expect(results.items[3]!.shown).toBe(false);
  });

  it('have the same numbers for the same configuration', async () => {
    const id = await create();
    const [first, second] = [await complete(id), await complete(id)];
    const { p50_ms: _a, p95_ms: _b, ...numbers } = first.metrics!;
    expect(second.metrics).toMatchObject(numbers);
    const results = async ({ id: run }: Run) =>
      (await api<List<Result>>(`/${id}/runs/${run}/results`)).body.items.map(({ hits, rank }) => [
        hits,
        rank,
      ]);
    expect(await results(second)).toEqual(await results(first));
    const { body: runs } = await api<List<Run>>(`/${id}/runs?limit=1`);
    const { body: rest } = await api<List<Run>>(`/${id}/runs?limit=9&cursor=${runs.next}`);
    expect([...runs.items, ...rest.items].map((run) => run.id)).toEqual([second.id, first.id]);
  });

  it('search with the configured mode and depth', async () => {
    const [shared, meant] = [
      'Is there parking, leave, or lentil soup?',
      'What meal do they offer at lunch in the cafeteria?',
    ];
    const expected = { filename: 'menu.md' };
    const id = await create([
      { question: shared, expected },
      { question: meant, expected },
    ]);
    const hits = async (config: object) => {
      const run = await complete(id, { config });
      expect(run).toMatchObject({ status: 'complete', config });
      const { body } = await api<List<Result>>(`/${id}/runs/${run.id}/results`);
      return body.items.map((result) => result.hits.length);
    };
    const [several, none] = await hits({ retrieval: 'words' });
    expect(several).toBeGreaterThan(1);
    expect(none).toBe(0);
    expect((await hits({ retrieval: 'vectors' }))[1]).toBeGreaterThan(0);
    expect((await hits({ retrieval: 'words', top_k: 1 }))[0]).toBe(1);
  });

  it('fail to pass when recall falls below the baseline by more than the tolerance', async () => {
    const notes = await uploaded(parley.url, owner.accessToken, {
      name: 'notes.md',
      bytes: '# Fire drill\n\nThe fire drill is on the second Friday of May.',
    });
    await eventually(async () => {
      const { body } = await callJson(parley.url, `/attachments/${notes}`, { token: owner.accessToken });
      expect(body.status).toBe('indexed');
    }, 20_000);
    const drill = { question: 'When is the fire drill?', expected: { document_id: notes } };
    const id = await create([...CASES, drill]);
    const baseline = await complete(id);
    expect(baseline.metrics!.recall_at_5).toBe(1);
    expect(await complete(id, { baseline: baseline.id })).toMatchObject({
      passed: true,
      baseline: baseline.id,
    });
    await call(parley.url, `/attachments/${notes}`, { method: 'DELETE', token: owner.accessToken });
    const worse = await complete(id, { baseline: baseline.id });
    expect(worse).toMatchObject({ status: 'complete', passed: false, metrics: { recall_at_5: 0.75 } });
    expect(await complete(id, { baseline: baseline.id, tolerance: 0.25 })).toMatchObject({ passed: true });
  }, 60_000);

  it('search the documents for all users alone, unless an account is named', async () => {
    const id = await create(CASES, null);
    expect((await complete(id)).metrics).toMatchObject({ recall_at_5: 0, citation_validity: null });
  });

  it('send an event to webhooks', async () => {
    const url = `http://127.0.0.1:${receiver.port}/evals`;
    await callJson(parley.url, '/admin/webhooks', { token: admin, body: { url, types: ['eval.completed'] } });
    const id = await create();
    const run = await complete(id);
    await eventually(async () => expect(receiver.at('/evals')).toHaveLength(1), 30_000);
    expect(JSON.parse(receiver.at('/evals')[0]!.body)).toMatchObject({
      type: 'eval.completed',
      data: { eval_id: id, run_id: run.id, status: 'complete', passed: null },
    });
  }, 60_000);

  it('end when they are cancelled, run one at a time, and take no cases meanwhile', async () => {
    const id = await create(Array.from({ length: 400 }, () => CASES[0]!));
    const run = await start(id);
    expect((await api(`/${id}/runs`, { body: {} })).status).toBe(409);
    expect((await addCases(id, lines(CASES))).status).toBe(409);
    const cancelled = await api<Run>(`/${id}/runs/${run.id}/cancel`, { method: 'POST' });
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
    expect(await follow(id, run.id)).toMatchObject({ status: 'cancelled', metrics: null });
    expect((await addCases(id, lines(CASES))).status).toBe(201);
    const again = await start(id);
    await api(`/${id}/runs/${again.id}/cancel`, { method: 'POST' });
  });

  it('continue after their last result when their job was lost', async () => {
    const id = await create();
    const first = await complete(id);
    // As after a crash of the worker and of Redis: running, without a job, with results of its first cases.
    await db.query(
      `UPDATE eval_runs SET status = 'running', done = 2, metrics = NULL, ended_at = NULL WHERE id = $1`,
      [first.id],
    );
    await db.query(
      `DELETE FROM eval_results WHERE run_id = $1 AND case_id IN (SELECT id FROM eval_cases WHERE set_id = $2 ORDER BY id DESC LIMIT 2)`,
      [first.id, id],
    );
    const run = await follow(id, first.id);
    expect(run).toMatchObject({ status: 'complete', done: 4, metrics: { recall_at_5: 1 } });
  }, 60_000);

  it('refuse an invalid case, naming the line, and add none', async () => {
    const id = await create();
    const [good, bad] = [JSON.stringify(CASES[0]), '{"question": "Why?", "expected": {"answerable": true}}'];
    for (const [body, message] of [
      [`${good}\n\n${bad}`, /line 3.*document_id or a filename/s],
      [`${good}\n{`, /line 2.*JSON decode error/s],
      ['{"question": ""}', /line 1/],
      ['{"question": "Why?", "expected": {}}', /line 1.*document_id or a filename/],
      ['{"question": "Why?", "expected": {"quote": "Because."}}', /line 1.*document_id or a filename/],
      ['{"question": "Why?", "expected": {"file_name": "why.md"}}', /file_name.*not permitted/],
      ['\n', /line 1.*Field required/s],
    ] as const) {
      const refused = await addCases(id, body);
      expect([refused.status, await refused.text()]).toEqual([422, expect.stringMatching(message)]);
    }
    expect((await addCases(id, good!, 'text/csv')).status).toBe(415);
    expect((await api<List<object>>(`/${id}/cases`)).body.items).toHaveLength(4);
    const { body: cases } = await api<List<object>>(`/${id}/cases?limit=2`);
    expect(cases.items).toMatchObject([
      { question: CASES[0]!.question, expected: { ...CASES[0]!.expected, answerable: true }, tags: [] },
      { tags: ['parking'] },
    ]);
  });

  it('are for admins alone, and unknown ones are not found', async () => {
    const id = await create();
    const other = await create();
    const run = await complete(other);
    expect((await call(parley.url, `/admin/evals/${id}`, { token: owner.accessToken })).status).toBe(403);
    expect((await api('', { body: { name: 'x', owner_id: randomUUID() } })).status).toBe(404);
    for (const path of [`/${randomUUID()}`, '/none', `/${id}/runs/${run.id}`, `/${id}/runs/${run.id}/events`])
      expect([path, (await api(path)).status]).toEqual([path, 404]);
    for (const body of [
      { baseline: run.id },
      { config: { embedding: 'a-model-without-an-index' } },
      { config: { retrieval: 'magic' } },
      { config: { top_k: 0 } },
      { tolerance: 2 },
    ])
      expect([body, (await api(`/${id}/runs`, { body })).status]).toEqual([body, 422]);
    const empty = await api<{ id: string }>('', { body: { name: 'Empty' } });
    expect((await api(`/${empty.body.id}/runs`, { body: {} })).status).toBe(409);
  });

  it('are deleted with their rows, and with the account whose documents they search', async () => {
    const gone = await register(parley.url);
    const [id, of] = [await create(), await create(CASES, gone.id)];
    const run = await complete(id);
    expect((await call(parley.url, `/admin/evals/${id}`, { method: 'DELETE', token: admin })).status).toBe(
      204,
    );
    expect((await call(parley.url, `/admin/evals/${id}`, { method: 'DELETE', token: admin })).status).toBe(
      404,
    );
    const left = await db.query('SELECT FROM eval_results WHERE run_id = $1', [run.id]);
    expect(left.rowCount).toBe(0);
    const { accessToken: token, password } = gone;
    await call(parley.url, '/users/me', { method: 'DELETE', token, body: { password } });
    await eventually(async () => expect((await api(`/${of}`)).status).toBe(404));
  });
});

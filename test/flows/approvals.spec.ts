import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { call, callJson, register, type Account } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { callTools, type FakeCall } from '../support/fake-tool-calls.js';
import { personasFolder } from '../support/personas.js';
import { Replica } from '../support/replica.js';
import { collectSse } from '../support/sse.js';

const CAREFUL = `
label: Careful
description: Asks before it computes.
prompt: You are careful.
tools: [calculator, current_time]
approval: [calculator]
`;
const SUM: FakeCall = { name: 'calculator', input: { expression: '6 * 7' } };

interface Event {
  type: string;
  data: Record<string, unknown> & {
    run_id: string;
    approvals: { approval_id: string; tool: string; input: object }[];
  };
}
interface Run {
  run_id: string;
  status: string;
  reply: string;
  error: { code: string } | null;
  approvals?: { approval_id: string }[];
  last_event_id: string;
}

/** Runs that wait for a person, decided on another replica than the one that began them. */
describe('approvals', () => {
  let model: FakeOpenAi;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let personas: Awaited<ReturnType<typeof personasFolder>>;
  let one: Replica;
  let two: Replica;
  let me: Account;
  const start = () =>
    Replica.start({
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      OPENAI_BASE_URL: model.url,
      AGENTS_DIR: personas.path,
      JWT_SECRET: 'one secret for both of the replicas',
    });

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    personas = await personasFolder({ careful: CAREFUL });
    database = await createDatabase();
    [one, two] = await Promise.all([start(), start()]);
    me = await register(one.url);
  }, 120_000);
  beforeEach(() => model.reset());
  afterAll(async () => {
    await one?.end();
    await two?.end();
    await model?.close();
    await database?.drop();
    await personas?.remove();
  });

  const eventsOf = async (response: Response) =>
    (await collectSse(response)).map(({ data }) => JSON.parse(data) as Event);
  const ask = async (conversation_id: string = randomUUID()) => {
    const body = { message: 'What is it?', agent: 'Careful', conversation_id, include_citations: true };
    const response = await call(one.url, '/chat', { token: me.accessToken, body });
    const events = await eventsOf(response);
    const waiting = events.find(({ type }) => type === 'waiting')?.data;
    return { conversation_id, events, waiting, runId: response.headers.get('x-run-id')! };
  };
  const decide = (runId: string, approvalId: string, body: object, headers = {}) =>
    callJson<Run & { detail: unknown; code: string }>(two.url, `/runs/${runId}/approvals/${approvalId}`, {
      token: me.accessToken,
      body,
      headers,
    });
  const stored = async (runId: string, url = two.url) =>
    (await callJson<Run>(url, `/runs/${runId}`, { token: me.accessToken })).body;
  const rest = async (runId: string, after = 0) =>
    eventsOf(await call(one.url, `/runs/${runId}/stream?after=${after}`, { token: me.accessToken }));
  const textOf = (events: readonly Event[]) =>
    events.map(({ type, data }) => (type === 'token' ? data : '')).join('');

  it('are shown, decided on any replica, and the run continues after its events', async () => {
    model.reply(callTools([SUM], { text: 'Let me see.' }), 'It is 42.');
    const { events, waiting, runId, conversation_id } = await ask();
    expect(waiting).toMatchObject({ run_id: runId, approvals: [{ tool: 'calculator', input: SUM.input }] });
    expect(events.at(-1)!.type).toBe('done');
    const run = await stored(runId);
    expect(run).toMatchObject({ status: 'waiting', reply: 'Let me see.', approvals: waiting!.approvals });

    const busy = await callJson(one.url, '/chat', {
      token: me.accessToken,
      body: { message: 'And now?', conversation_id, include_citations: true },
    });
    const { approval_id: pending } = waiting!.approvals[0]!;
    expect(busy).toMatchObject({
      status: 409,
      body: {
        detail: expect.stringMatching(`calculator.*/runs/${runId}/approvals/${pending}.*/runs/${runId}/stop`),
      },
    });

    const { approval_id: id } = waiting!.approvals[0]!;
    const key = { 'Idempotency-Key': randomUUID() };
    const decided = await decide(runId, id, { decision: 'approve' }, key);
    expect(decided.status).toBe(200);
    const after = Number(run.last_event_id.split(':')[1]);
    const news = await rest(runId, after);
    expect(textOf(news)).toBe('\n\nIt is 42.');
    expect(news.filter(({ type }) => type === 'tool').map(({ data }) => data)).toMatchObject([
      { phase: 'called', input: SUM.input },
      { phase: 'done', output: '42' },
    ]);
    expect(textOf(await rest(runId))).toBe('Let me see.\n\nIt is 42.');
    await eventually(async () => expect(await stored(runId)).toMatchObject({ status: 'complete' }));
    expect((await decide(runId, id, { decision: 'approve' }, key)).status).toBe(200);
    expect((await decide(runId, id, { decision: 'approve' })).status).toBe(409);
    const page = `/conversations/${conversation_id}/messages`;
    const { body } = await callJson<{ messages: object[] }>(two.url, page, { token: me.accessToken });
    expect(body.messages).toMatchObject([
      { role: 'user' },
      {
        content: 'Let me see.\n\nIt is 42.',
        tool_calls: [
          { name: 'calculator', status: 'done', input: SUM.input, output: '42', ms: expect.any(Number) },
        ],
      },
    ]);
    expect(body.messages[0]).not.toHaveProperty('tool_calls');
  });

  it('keep an enqueued message waiting until the decision', async () => {
    model.reply(callTools([SUM]), 'It is 42.', 'And that is that.');
    const { waiting, runId, conversation_id } = await ask();
    const body = { message: 'And now?', conversation_id, include_citations: true };
    const queued = await call(one.url, '/chat?on_busy=enqueue', { token: me.accessToken, body });
    const events = eventsOf(queued);
    const nextId = queued.headers.get('x-run-id')!;
    expect(await stored(nextId)).toMatchObject({ status: 'queued' });
    await decide(runId, waiting!.approvals[0]!.approval_id, { decision: 'approve' });
    expect(textOf(await events)).toBe('And that is that.');
  });

  it('keep what the model server expects back with a call', async () => {
    const signed = { ...SUM, extra: { google: { thought_signature: 'c2ln' } } };
    model.reply(callTools([signed], { thought: 'A sum.' }), 'Done.');
    const { waiting, runId } = await ask();
    await decide(runId, waiting!.approvals[0]!.approval_id, { decision: 'approve' });
    await rest(runId);
    expect(model.lastRequest.body.messages.at(-2)).toMatchObject({
      reasoning_content: 'A sum.',
      tool_calls: [{ extra_content: signed.extra }],
    });
  });

  it('may be rejected, with the reason for the model', async () => {
    model.reply(callTools([SUM]), 'As you like.');
    const { waiting, runId } = await ask();
    await decide(runId, waiting!.approvals[0]!.approval_id, { decision: 'reject', note: 'too dear' });
    const events = await rest(runId);
    expect(textOf(events)).toBe('As you like.');
    expect(events.findLast(({ type }) => type === 'tool')!.data).toMatchObject({ phase: 'failed' });
    expect(JSON.stringify(model.lastRequest.body.messages.at(-1))).toContain('rejected this call: too dear');
  });

  it('may change the input', async () => {
    model.reply(callTools([SUM]), 'Done.');
    const { waiting, runId } = await ask();
    const id = waiting!.approvals[0]!.approval_id;
    expect((await decide(runId, id, { decision: 'edit' })).status).toBe(422);
    await decide(runId, id, { decision: 'edit', input: { expression: '2 + 2' } });
    await rest(runId);
    expect(JSON.stringify(model.lastRequest.body.messages.at(-1))).toContain('\\n4\\n');
  });

  it('keeps waiting when an edited input does not fit the tool, and names the argument', async () => {
    model.reply(callTools([SUM]), 'Done.');
    const { waiting, runId } = await ask();
    const id = waiting!.approvals[0]!.approval_id;
    for (const input of [{ expression: 7 }, { expression: 'x'.repeat(201) }, { sum: '2 + 2' }]) {
      const refused = await decide(runId, id, { decision: 'edit', input });
      expect(refused).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', 'input', 'expression'] }] },
      });
    }
    expect(await stored(runId)).toMatchObject({ status: 'waiting', approvals: [{ approval_id: id }] });
    const key = { 'Idempotency-Key': randomUUID() };
    const edit = { decision: 'edit', input: { expression: '2 + 2' } };
    expect((await decide(runId, id, edit, key)).status).toBe(200);
    await rest(runId);
    expect(JSON.stringify(model.lastRequest.body.messages.at(-1))).toContain('\\n4\\n');
    expect((await decide(runId, id, edit, key)).status).toBe(200);
  });

  it('are decided one by one, and calls that need none run with them', async () => {
    const other: FakeCall = { name: 'calculator', input: { expression: '2 + 2' } };
    model.reply(callTools([SUM, { name: 'current_time', input: {} }, other]), 'Done.');
    const { waiting, runId, conversation_id } = await ask();
    const [first, second] = waiting!.approvals;
    const busy = await callJson<{ detail: string }>(one.url, '/chat', {
      token: me.accessToken,
      body: { message: 'And?', conversation_id },
    });
    expect(busy.status).toBe(409);
    for (const { approval_id } of waiting!.approvals)
      expect(busy.body.detail).toContain(`/runs/${runId}/approvals/${approval_id}`);
    expect(busy.body.detail).toContain('calculator, calculator');
    expect(await decide(runId, first!.approval_id, { decision: 'approve' })).toMatchObject({
      body: { status: 'waiting', approvals: [second] },
    });
    expect((await decide(runId, first!.approval_id, { decision: 'reject' })).status).toBe(409);
    await decide(runId, second!.approval_id, { decision: 'reject' });
    await rest(runId);
    const results = model.lastRequest.body.messages.slice(-3).map(({ content }) => content);
    expect(results).toEqual([
      expect.stringContaining('42'),
      expect.stringContaining('(UTC)'),
      expect.stringContaining('rejected'),
    ]);
  });

  it('may allow the tool in the conversation once and for all', async () => {
    model.reply(callTools([SUM]), 'Done.');
    const { waiting, runId, conversation_id } = await ask();
    await decide(runId, waiting!.approvals[0]!.approval_id, { decision: 'approve', always: true });
    await rest(runId);
    model.reply(callTools([SUM]), 'Done again.');
    const again = await ask(conversation_id);
    expect(again.waiting).toBeUndefined();
    expect(textOf(again.events)).toBe('Done again.');
    model.reply(callTools([SUM]));
    expect((await ask()).waiting).toBeDefined();
  });

  it('are refused to others, and after a stop', async () => {
    model.reply(callTools([SUM], { text: 'So far.' }));
    const { waiting, runId } = await ask();
    const id = waiting!.approvals[0]!.approval_id;
    const eve = await register(two.url);
    const theirs = await callJson(two.url, `/runs/${runId}/approvals/${id}`, {
      token: eve.accessToken,
      body: { decision: 'approve' },
    });
    expect(theirs.status).toBe(404);
    expect((await decide(runId, randomUUID(), { decision: 'approve' })).status).toBe(404);
    const stopped = await callJson<Run>(two.url, `/runs/${runId}/stop`, {
      method: 'POST',
      token: me.accessToken,
    });
    expect(stopped.body).toMatchObject({ status: 'cancelled', reply: 'So far.' });
    expect((await decide(runId, id, { decision: 'approve' })).status).toBe(409);
  });

  it('expire', async () => {
    model.reply(callTools([SUM]));
    const { waiting, runId } = await ask();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query("UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1", [runId]);
    await client.end();
    expect((await decide(runId, waiting!.approvals[0]!.approval_id, { decision: 'approve' })).status).toBe(
      409,
    );
    await eventually(async () => {
      expect(await stored(runId)).toMatchObject({ status: 'failed', error: { code: 'approval-expired' } });
    }, 30_000);
  });

  it('survive the death of the process that began to wait', async () => {
    model.reply(callTools([SUM], { text: 'Let me see.' }), 'It is 42.');
    const { waiting, runId } = await ask();
    await one.end('SIGKILL');
    one = await start();
    expect(await stored(runId, one.url)).toMatchObject({ status: 'waiting' });
    await decide(runId, waiting!.approvals[0]!.approval_id, { decision: 'approve' });
    expect(textOf(await rest(runId))).toBe('Let me see.\n\nIt is 42.');
  });
});

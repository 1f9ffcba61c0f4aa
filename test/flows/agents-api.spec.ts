import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import pg from 'pg';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';
import { upload } from '../support/upload.js';

interface Agent {
  id: string;
  source: string;
  is_enabled: boolean;
  version: number | null;
  author_id: string | null;
  restored_from: number | null;
  problem: string | null;
  definition: Record<string, unknown> | null;
}
interface Item {
  id: string;
  source: string;
  label: string;
}
interface Version {
  version: number;
  author_id: string | null;
  restored_from: number | null;
}
interface Page<T> {
  items: T[];
  next: string | null;
}

/** What a client is shown of an answer, or of a refusal. */
interface Shown {
  status: number;
  text: string;
  runId?: string | null;
}

describe('agents that admins create', () => {
  let model: FakeOpenAi;
  let one: TestApp;
  let two: TestApp;
  let admin: string;
  let adminId: string;
  let me: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    const settings = {
      ...ADMIN_SETTINGS,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-test',
      JWT_SECRET: 'one secret for both of the replicas',
    };
    one = await createTestApp(settings);
    two = await createTestApp({ ...settings, DATABASE_URL: one.databaseUrl, INGESTION_WORKER: 'external' });
    admin = await logInAsAdmin(one.url);
    adminId = (await callJson<{ id: string }>(one.url, '/users/me', { token: admin })).body.id;
    me = await register(one.url);
  });
  beforeEach(() => model.reset());
  afterAll(async () => {
    await two?.close();
    await one?.close();
    await model?.close();
  });

  const manage = <T = Agent>(path: string, options: Parameters<typeof call>[2] = {}) =>
    callJson<T>(one.url, `/admin/agents${path}`, { token: admin, ...options });
  const write = (label: string, more: object = {}) => ({
    label,
    description: `Answers as ${label}.`,
    prompt: `You are ${label}.`,
    ...more,
  });
  /** Creates an agent of a new name, which every replica knows. */
  const create = async (more: object = {}) => {
    const id = `agent-${randomUUID()}`;
    const { status, body } = await manage('', { body: { id, ...write(`Agent ${id}`), ...more } });
    expect([status, body]).toEqual([201, expect.objectContaining({ id, source: 'api', version: 1 })]);
    await eventually(async () => expect(await labels(two)).toContain(body.definition!.label));
    return { id, definition: body.definition! };
  };
  const labels = async ({ url }: TestApp) =>
    (await callJson<{ label: string }[]>(url, '/agents/', { token: me.accessToken })).body.map(
      ({ label }) => label,
    );
  const say = async (agent?: string, conversation_id = randomUUID(), { url } = one): Promise<Shown> => {
    const body = { message: 'Hello', conversation_id, agent };
    const response = await call(url, '/chat', { token: me.accessToken, body });
    const runId = response.headers.get('x-run-id');
    return { status: response.status, text: await response.text(), runId };
  };
  const runOf = async ({ runId }: Shown) =>
    (await callJson(one.url, `/runs/${runId}`, { token: me.accessToken })).body;
  const system = () => model.lastRequest.body.messages[0]!.content;

  /** How clients of each surface ask an agent by its id. */
  const ways: Record<string, (agent: string) => Promise<Shown>> = {
    S4: (agent) => say(agent),
    S3: async (agent) => {
      const query = new URLSearchParams({ token: me.accessToken, agentName: agent });
      const socket = await TestSocket.open(one.url, `/async_chat?${query.toString()}`);
      socket.send('Hello');
      const { code } = await socket.closed;
      return { status: code, text: JSON.stringify(socket.frames) };
    },
    'chat completions': (agent) =>
      post('/v1/chat/completions', { model: agent, messages: [{ role: 'user', content: 'Hello' }] }),
    Responses: (agent) => post('/v1/responses', { model: agent, input: 'Hello' }),
    'AI SDK': (agent) =>
      post('/api/ai/chat', {
        id: randomUUID(),
        messages: [{ id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
        trigger: 'submit-message',
        agent,
      }),
    'AG-UI': (agent) =>
      post(`/agui/${agent}`, {
        threadId: randomUUID(),
        runId: randomUUID(),
        state: {},
        messages: [{ id: randomUUID(), role: 'user', content: 'Hello' }],
        tools: [],
        context: [],
      }),
    MCP: async (agent) => {
      const client = new Client({ name: 'a test', version: '1.0.0' });
      const requestInit = { headers: { Authorization: `Bearer ${me.accessToken}` } };
      await client.connect(new StreamableHTTPClientTransport(new URL(`${one.url}/mcp`), { requestInit }));
      const result = await client.callTool({ name: 'ask_agent', arguments: { agent, message: 'Hello' } });
      await client.close();
      return { status: result.isError ? 400 : 200, text: JSON.stringify(result) };
    },
  };
  const post = async (path: string, body: object): Promise<Shown> => {
    const response = await call(one.url, path, { token: me.accessToken, body });
    return { status: response.status, text: await response.text() };
  };
  const REFUSED: Record<string, number> = {
    S4: 422,
    S3: 1008,
    'chat completions': 404,
    Responses: 404,
    'AI SDK': 400,
    'AG-UI': 404,
    MCP: 400,
  };

  it.each(Object.keys(ways))(
    'answer on %s, by their own model and settings, until disabled',
    async (name) => {
      const ask = ways[name]!;
      const { id } = await create({ model: 'small-model', temperature: 0.3, max_tokens: 77 });
      model.reply('Certainly.');
      const { status, text } = await ask(id);
      expect([status, text]).toEqual([name === 'S3' ? 1000 : 200, expect.stringContaining('Certainly')]);
      expect(model.lastRequest.body).toMatchObject({
        model: 'small-model',
        temperature: 0.3,
        max_tokens: 77,
      });
      expect(system()).toContain(`You are Agent ${id}.`);
      await manage(`/${id}`, { method: 'PATCH', body: { is_enabled: false } });
      const asked = model.requests.length;
      expect((await ask(id)).status).toBe(REFUSED[name]);
      expect(model.requests).toHaveLength(asked);
    },
  );

  it('are listed wherever agents are, with their greeting and starters', async () => {
    const { id } = await create({ greeting: 'Good day!', starters: ['What can you do?'] });
    const token = me.accessToken;
    const { body: agents } = await callJson<Record<string, unknown>[]>(one.url, '/agents/', { token });
    expect(agents.find(({ name }) => name === id)).toEqual({
      id: expect.any(Number),
      label: `Agent ${id}`,
      desc: `Answers as Agent ${id}.`,
      selected: false,
      name: id,
      greeting: 'Good day!',
      starters: ['What can you do?'],
    });
    const { body: models } = await callJson<{ data: { id: string }[] }>(one.url, '/v1/models', { token });
    expect(models.data.map((each) => each.id)).toContain(id);
    expect((await callJson(one.url, `/v1/models/${id}`, { token })).status).toBe(200);
  });

  it('have versions: changed, rolled back to, listed by page, and recorded with each run', async () => {
    const { id, definition } = await create();
    const conversation = randomUUID();
    const run = await say(id, conversation);
    expect(await runOf(run)).toMatchObject({ agent: id, agent_version: 1 });

    const prompt = 'You are quite another one.';
    const second = await manage(`/${id}`, { method: 'PUT', body: { ...definition, prompt } });
    expect(second.body).toMatchObject({ version: 2, restored_from: null, definition: { prompt } });
    const next = await say(undefined, conversation);
    expect(system()).toContain(prompt);
    expect(await runOf(next)).toMatchObject({ agent: id, agent_version: 2 });

    const same = await manage(`/${id}`, { method: 'PUT', body: { ...definition, prompt } });
    expect(same.body.version).toBe(2);
    const third = await manage(`/${id}/rollback`, { body: { version: 1 } });
    expect(third.body).toMatchObject({ version: 3, restored_from: 1, definition });
    const last = await say(undefined, conversation);
    expect(system()).toContain(`You are Agent ${id}.`);
    expect(await runOf(last)).toMatchObject({ agent_version: 3 });
    expect(await runOf(run)).toMatchObject({ agent: id, agent_version: 1 });

    const page = await manage<Page<Version>>(`/${id}/versions?limit=2`);
    expect(page.body.items).toMatchObject([
      { version: 3, restored_from: 1, author_id: adminId },
      { version: 2, restored_from: null, author_id: adminId },
    ]);
    const rest = await manage<Page<Version>>(`/${id}/versions?cursor=${page.body.next!}`);
    expect([rest.body.items.map(({ version }) => version), rest.body.next]).toEqual([[1], null]);
    expect((await manage<Agent>(`/${id}/versions/2`)).body.definition).toMatchObject({ prompt });
    expect((await manage(`/${id}/versions/4`)).status).toBe(404);
    expect((await manage(`/${id}/rollback`, { body: { version: 4 } })).status).toBe(404);
  });

  it('have names without characters that turn the text around them', async () => {
    const label = '\u202eTur\u2066ner\u200b';
    const made = await manage('', { body: { ...write(label), id: 'turner', description: 'a\u202eb' } });
    expect(made).toMatchObject({ status: 201, body: { definition: { label: 'Turner', description: 'ab' } } });
    expect((await manage('', { body: { ...write('\u202e'), id: 'blank' } })).status).toBe(422);
    await call(one.url, '/admin/agents/turner', { token: admin, method: 'DELETE' });
  });

  it('are not overwritten by an admin who has read an older version', async () => {
    const { id, definition } = await create();
    const change = (prompt: string, version: string) =>
      manage(`/${id}`, {
        method: 'PUT',
        body: { ...definition, prompt },
        headers: { 'If-Match': version },
      });
    expect((await change('First.', '"1"')).body.version).toBe(2);
    const late = await change('Second.', '1');
    expect([late.status, late.body]).toEqual([409, { detail: expect.stringContaining('changed meanwhile') }]);
    expect((await change('Third.', 'x')).status).toBe(422);
    expect((await manage(`/${id}`)).body).toMatchObject({ version: 2, definition: { prompt: 'First.' } });
  });

  it('are written one after the other: of concurrent writes one succeeds', async () => {
    const { id, definition } = await create();
    const on = (i: number) => (i % 2 ? one : two).url;
    const names = Array.from({ length: 10 }, (_, i) => ({ id: `race-${i}`, label: 'The Same' }));
    const made = await Promise.all(
      names.map((each, i) =>
        call(on(i), '/admin/agents', { token: admin, body: { ...write('x'), ...each } }),
      ),
    );
    expect(made.map(({ status }) => status).toSorted()).toEqual([201, ...names.slice(1).map(() => 409)]);
    const changed = await Promise.all(
      names.map((_, i) =>
        call(on(i), `/admin/agents/${id}`, {
          method: 'PUT',
          token: admin,
          body: { ...definition, prompt: `Number ${i}.` },
          headers: { 'If-Match': '1' },
        }),
      ),
    );
    expect(changed.map(({ status }) => status).toSorted()).toEqual([200, ...names.slice(1).map(() => 409)]);
    const { body } = await manage<Page<Version>>(`/${id}/versions`);
    expect(body.items.map(({ version }) => version)).toEqual([2, 1]);
  });

  it.each([
    ['an unknown key', { promt: 'x' }, ['body', 'promt']],
    ['no prompt', { prompt: undefined }, ['body', 'prompt']],
    ['a blank label', { label: ' ' }, ['body', 'label']],
    ['text that cannot be stored', { prompt: 'a\0b' }, ['body', 'prompt']],
    ['a temperature out of range', { temperature: 3 }, ['body', 'temperature']],
    ['an unknown tool', { tools: ['calculator', 'rm'] }, ['body', 'tools', 1]],
    ['an unknown server', { tools: ['mcp:nowhere'] }, ['body', 'tools', 0]],
    ['an unknown server to approve', { approval: ['mcp:nowhere/x'] }, ['body', 'approval', 0]],
    ['a document that nobody has', { documents: [randomUUID()] }, ['body', 'documents', 0]],
    ['an id that is no name', { id: 'Not A Name' }, ['body', 'id']],
  ])('with %s are refused, by the name of the field', async (_kind, more, loc) => {
    const body = { id: `agent-${randomUUID()}`, ...write('Somebody'), ...more };
    const refused = await manage<{ detail: { loc: unknown; msg: string }[] }>('', { body });
    expect([refused.status, refused.body.detail[0]!.loc]).toEqual([422, loc]);
  });

  it('cannot take the name of another agent', async () => {
    const { id, definition } = await create();
    const label = definition.label as string;
    const other = await create();
    const taken = [
      { id, label: 'Another' },
      { id: 'another-id', label: label.toUpperCase() },
      { id: 'another-id', label: id },
      { id: 'esg-agent', label: 'Another' },
      { id: 'another-id', label: 'movie finder' },
      { id: 'assistant', label: 'Another' },
    ];
    for (const names of taken) {
      const refused = await manage<{ detail: string }>('', { body: { ...write('x'), ...names } });
      expect([names, refused.status]).toEqual([names, 409]);
      expect(refused.body.detail).toContain(names.id);
    }
    const renamed = await manage(`/${other.id}`, { method: 'PUT', body: { ...other.definition, label } });
    expect(renamed.status).toBe(409);
  });

  it('are in one list with those of files and of code, which are read-only', async () => {
    const { id } = await create();
    const all: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: Page<Item> } = await manage<Page<Item>>(
        `?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      expect(body.items.length).toBeLessThanOrEqual(2);
      all.push(...body.items);
      cursor = body.next;
    }
    const sources = Object.fromEntries(all.map((agent) => [agent.id, agent.source]));
    expect(sources).toMatchObject({
      'esg-agent': 'file',
      assistant: 'code',
      'movie-finder': 'code',
      [id]: 'api',
    });
    expect(new Set(all.map((agent) => agent.id)).size).toBe(all.length);
    expect((await manage('/esg-agent')).body).toMatchObject({
      source: 'file',
      version: null,
      definition: { label: 'ESG Agent' },
    });
    for (const [path, method, body] of [
      ['/esg-agent', 'PUT', write('x')],
      ['/esg-agent', 'PATCH', { is_enabled: false }],
      ['/assistant', 'DELETE', undefined],
      ['/movie-finder/rollback', 'POST', { version: 1 }],
    ] as const) {
      const refused = await manage<{ detail: string }>(path, { method, body });
      expect([path, refused.status, refused.body.detail]).toEqual([
        path,
        409,
        expect.stringContaining('read-only'),
      ]);
    }
    expect((await manage('/nobody')).status).toBe(404);
    const strangers = await manage('', { token: me.accessToken, body: { id: 'x', ...write('x') } });
    expect(strangers.status).toBe(403);
  });

  it('leave their conversations with a clear sentence when disabled or deleted, and another agent continues', async () => {
    const { id, definition } = await create();
    const conversation = randomUUID();
    await say(id, conversation);
    const asked = model.requests.length;
    await manage(`/${id}`, { method: 'PATCH', body: { is_enabled: false } });
    expect((await say(undefined, conversation)).text).toContain(
      `The agent \\"Agent ${id}\\" was disabled. Choose another agent to continue.`,
    );
    expect((await call(one.url, `/admin/agents/${id}`, { method: 'DELETE', token: admin })).status).toBe(204);
    expect((await say(undefined, conversation)).text).toContain(`The agent \\"Agent ${id}\\" was deleted.`);
    expect(model.requests).toHaveLength(asked);
    expect((await manage(`/${id}`)).status).toBe(404);
    model.reply('Here I am.');
    expect((await say('assistant', conversation)).text).toContain('Here');
    // It goes on counting: what a run has recorded stays true.
    const again = await manage('', { body: { id, ...definition } });
    expect([again.status, again.body.version]).toEqual([201, 2]);
    expect((await manage<Page<Version>>(`/${id}/versions`)).body.items).toHaveLength(1);
  });

  it('are known to every replica', async () => {
    const { id, definition } = await create();
    const conversation = randomUUID();
    await say(id, conversation);
    const prompt = 'You are changed.';
    await manage(`/${id}`, { method: 'PUT', body: { ...definition, prompt } });
    await eventually(async () => {
      await say(undefined, conversation, two);
      expect(system()).toContain(prompt);
    });
    // A replica that has missed that there is such an agent reads it before it answers.
    const late = `agent-${randomUUID()}`;
    await manage('', { body: { id: late, ...write(late) } });
    const other = randomUUID();
    await say(late, other);
    await say(undefined, other, two);
    expect(system()).toContain(`You are ${late}.`);
  });

  it('search the documents that they list, and those that a message names', async () => {
    const files = ['apples', 'pears'].map((word) => ({
      name: `${word}.txt`,
      bytes: `The price of fruit is ${word}.`,
    }));
    const ids = await Promise.all(
      files.map(async (file) => {
        const response = await upload(one.url, '/admin/uploads', admin, file);
        return ((await response.json()) as { id: string }).id;
      }),
    );
    await eventually(async () => {
      for (const id of ids) {
        const { body } = await callJson(one.url, `/attachments/${id}`, { token: me.accessToken });
        expect(body.status).toBe('indexed');
      }
    }, 20_000);
    const { id } = await create({ documents: [ids[0]] });
    const prompted = async (more: object) => {
      const body = { message: 'What is the price of fruit?', ...more };
      await (await call(one.url, '/chat', { token: me.accessToken, body })).text();
      const prompt = JSON.stringify(model.lastRequest.body.messages);
      return ['apples', 'pears'].filter((word) => prompt.includes(`fruit is ${word}`));
    };
    expect(await prompted({ agent: 'assistant' })).toEqual(['apples', 'pears']);
    expect(await prompted({ agent: id })).toEqual(['apples']);
    expect(await prompted({ agent: id, attachment_ids: [ids[1]] })).toEqual(['pears']);

    await call(one.url, `/attachments/${ids[0]}`, { method: 'DELETE', token: admin });
    expect((await manage(`/${id}`)).body.problem).toMatch(/documents/);
    const { body } = await callJson<Page<Agent>>(one.url, '/admin/agents?limit=200', { token: admin });
    expect(body.items.filter(({ problem }) => problem).map((agent) => agent.id)).toContain(id);
    expect(await prompted({ agent: id })).toEqual([]);
  });

  it('are in the audit log by their names; an author who is erased is forgotten', async () => {
    const { id } = await create();
    await call(one.url, `/admin/agents/${id}`, { method: 'DELETE', token: admin });
    const { body } = await callJson<Page<Record<string, unknown>>>(one.url, '/admin/audit', { token: admin });
    expect(body.items.filter((event) => event.subject_name === id)).toMatchObject([
      { action: 'deleteAgent', outcome: 'ok', actor_id: adminId },
      { action: 'createAgent', outcome: 'ok', actor_id: adminId },
    ]);
    const other = await register(one.url);
    await callJson(one.url, `/admin/users/${other.id}`, {
      method: 'PATCH',
      token: admin,
      body: { groups: ['admins'] },
    });
    const name = `agent-${randomUUID()}`;
    const made = await manage('', { token: other.accessToken, body: { id: name, ...write(name) } });
    expect([made.status, made.body.author_id]).toEqual([201, other.id]);
    await call(one.url, '/users/me', {
      method: 'DELETE',
      token: other.accessToken,
      body: { password: other.password },
    });
    await eventually(async () => expect((await manage(`/${name}`)).body.author_id).toBeNull());
  });

  it('are two hundred at most', async () => {
    const { id } = await create();
    const database = new pg.Client({ connectionString: one.databaseUrl });
    await database.connect();
    try {
      await database.query(
        `INSERT INTO agents (id, label, version) SELECT 'full-' || n, 'Full ' || n, 1 FROM generate_series(1, 200) AS n`,
      );
      const refused = await manage<{ detail: string }>('', {
        body: { id: 'one-more', ...write('One More') },
      });
      expect([refused.status, refused.body.detail]).toEqual([409, 'There can be 200 agents at most']);
      // Those that are there can be changed, and one less makes room for another.
      await database.query(`UPDATE agents SET deleted_at = now() WHERE id <> $1 AND id NOT LIKE 'full-1%'`, [
        id,
      ]);
      expect((await manage('', { body: { id: 'one-more', ...write('One More') } })).status).toBe(201);
    } finally {
      await database.query(`DELETE FROM agents WHERE id LIKE 'full-%'`);
      await database.end();
    }
  });
});

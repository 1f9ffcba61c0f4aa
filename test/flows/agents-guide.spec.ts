import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../src/config/config.js';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, register, type Account } from '../support/client.js';
import { FakeMcp } from '../support/fake-mcp.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { callTools, type FakeCall } from '../support/fake-tool-calls.js';
import { collectSse } from '../support/sse.js';
import { filesOfWalks, lint } from '../support/walks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(root, 'docs/agents.md'), 'utf8');
const SUM: FakeCall = { name: 'calculator', input: { expression: '6 * 7' } };

interface Event {
  type: string;
  data: {
    name: string;
    phase: string;
    output?: unknown;
    error?: string;
    approvals?: { approval_id: string }[];
  };
}

/** The files of docs/agents.md in a copy of the sources, which is started: its agents answer. */
describe('the guide to agents', () => {
  /** Always at one place, where the translations of the sources are kept. */
  const folder = join(root, 'test/extended-agents');
  let model: FakeOpenAi;
  let mcp: FakeMcp;
  let parley: TestApp;
  let ada: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    mcp = await FakeMcp.start();
    rmSync(folder, { recursive: true, force: true });
    for (const part of ['src', 'migrations'])
      cpSync(join(root, part), join(folder, part), {
        recursive: true,
        filter: (path) => !path.endsWith('.spec.ts'),
      });
    for (const part of ['catalogue', 'dist', 'package.json'])
      symlinkSync(join(root, part), join(folder, part));
    for (const [path, text] of filesOfWalks(guide, root)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text.replace('http://tickets.internal:3001/mcp', mcp.url));
    }
    const load = <T>(path: string) => import(join(folder, path)) as Promise<T>;
    const setup = await load<typeof import('../../src/app.setup.js')>('src/app.setup');
    const config = await load<{ Config: typeof Config }>('src/config/config');
    const settings = {
      ...ADMIN_SETTINGS,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-test',
      AGENTS_DIR: join(folder, 'agents'),
      MCP_SERVERS_FILE: join(folder, 'mcp-servers.yaml'),
      MCP_SECRET_TICKETS: 'only-for-tickets',
    };
    parley = await createTestApp(settings, { ...setup, ...config });
    ada = await register(parley.url);
  }, 180_000);
  beforeEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
    await mcp?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const eventsOf = async (response: Response) =>
    (await collectSse(response)).map(({ data }) => JSON.parse(data) as Event);
  const textOf = (events: readonly Event[]) =>
    events.map(({ type, data }) => (type === 'token' ? String(data) : '')).join('');
  const stepsOf = (events: readonly Event[]) =>
    events.flatMap(({ type, data }) => (type === 'tool' ? [data] : []));
  const ask = async (agent: string) => {
    const body = { message: 'Do it.', agent, conversation_id: randomUUID(), include_citations: true };
    const response = await call(parley.url, '/chat', { token: ada.accessToken, body });
    return { runId: response.headers.get('x-run-id')!, events: await eventsOf(response) };
  };

  /** What the first commands of a section print. */
  const commandsOf = (section: string, env: Record<string, string>) => {
    const [, commands] = /^```sh\n([^]*?)^```$/m.exec(guide.slice(guide.indexOf(`\n${section}\n`)))!;
    const child = spawn('bash', ['-eu', '-s'], { env: { ...process.env, ...env } });
    child.stdin.end(commands!.replaceAll('localhost:8000', new URL(parley.url).host));
    return readText(child.stdout);
  };

  it('its code compiles, and passes the linter', () => {
    const code = [...filesOfWalks(guide, root).keys()].filter((path) => path.endsWith('.ts'));
    const paths = code.map((path) => join(folder, path));
    expect(lint(paths, root)).toEqual([0, expect.stringContaining('0 errors')]);
  });

  it('an agent in YAML calls its tools', async () => {
    model.reply(callTools([SUM]), 'It is 42.');
    const { events } = await ask('Clerk');
    expect(stepsOf(events).at(-1)).toMatchObject({ name: 'calculator', phase: 'done', output: '42' });
    expect(textOf(events)).toBe('It is 42.');
  });

  it('an agent in code calls a tool of its own', async () => {
    const calls = ['desk', 'boat'].map((article) => ({ name: 'price_of', input: { article } }));
    model.reply(callTools([...calls, SUM]), 'A desk is 250 euros.');
    const { events } = await ask('quoter');
    const ends = stepsOf(events).filter(({ phase }) => phase !== 'called');
    expect(ends).toHaveLength(3);
    expect(ends).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'price_of', output: '250' }),
        expect.objectContaining({ name: 'price_of', error: 'There is no article boat.' }),
        expect.objectContaining({ name: 'calculator', output: '42' }),
      ]),
    );
    expect(textOf(events)).toBe('A desk is 250 euros.');
  });

  it('an agent by API calls its tools', async () => {
    model.reply(callTools([SUM]), 'It is 42.');
    const output = await commandsOf('### By API', { TOKEN: await logInAsAdmin(parley.url) });
    expect(output).toContain('"id":"adder","source":"api"');
    expect(output).toContain('"name":"calculator","phase":"done","output":"42"');
    expect(model.lastRequest.body.messages[0]!.content).toContain('You add things up.');
  });

  it('an agent with an MCP server calls trusted tools, with its secret', async () => {
    mcp.tools = [{ name: 'add_comment' }];
    model.reply(callTools([{ name: 'tickets__add_comment', input: { text: 'Solved.' } }]), 'I noted it.');
    const { events } = await ask('helpdesk');
    expect(textOf(events)).toBe('I noted it.');
    expect(mcp.calls).toEqual([{ name: 'add_comment', input: { text: 'Solved.' } }]);
    expect(mcp.headers.at(-1)).toMatchObject({ authorization: 'Bearer only-for-tickets' });
  });

  it('its commands decide about a call, and read the rest', async () => {
    model.reply(callTools([SUM], { text: 'Let me see.' }), 'It is 42.');
    const { runId, events } = await ask('careful');
    const [approval] = events.find(({ type }) => type === 'waiting')!.data.approvals!;
    const env = { TOKEN: ada.accessToken, RUN: runId, APPROVAL: approval!.approval_id, OFFSET: '0' };
    const output = await commandsOf('## Approval', env);
    expect(output).toContain('"status":"streaming"');
    expect(output).toContain('42');
  });
});

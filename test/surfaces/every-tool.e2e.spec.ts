import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AGENT_SURFACES, askOn } from '../support/agent-surfaces.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { register, type Account } from '../support/client.js';
import { FakeMcp } from '../support/fake-mcp.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { callTools } from '../support/fake-tool-calls.js';
import { personasFolder } from '../support/personas.js';
import { uploadIndexed } from '../support/upload.js';

const CLERK = `
label: Clerk
description: Uses every tool.
prompt: You are a clerk.
tools: [calculator, current_time, search_documents, query_table, web_fetch, web_search, ask_agent, "mcp:stock"]
`;
const HELPER = `
label: Helper
description: Helps the clerk.
prompt: You are a helper.
`;
const FOUND = { url: 'https://museum.example/', title: 'Museum', content: 'Closed on Mondays.' };

/** Every tool there is, called by a model on each surface that agents answer on. */
describe('every tool', () => {
  let model: FakeOpenAi;
  let stock: FakeMcp;
  let site: Server;
  let parley: TestApp;
  let ada: Account;
  let personas: Awaited<ReturnType<typeof personasFolder>>;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    stock = await FakeMcp.start();
    stock.tools = [{ name: 'look', annotations: { readOnlyHint: true } }];
    stock.result = { content: [{ type: 'text', text: 'There are 640 bolts.' }] };
    site = createServer((request, response) => {
      const isSearch = request.url!.startsWith('/search');
      response.setHeader('content-type', isSearch ? 'application/json' : 'text/plain');
      response.end(isSearch ? JSON.stringify({ results: [FOUND] }) : 'The museum opens at nine.');
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
    personas = await personasFolder({ clerk: CLERK, helper: HELPER });
    const servers = join(personas.path, 'servers.yml.txt');
    await writeFile(servers, `stock: { url: "${stock.url}" }`);
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      AGENTS_DIR: personas.path,
      MCP_SERVERS_FILE: servers,
      WEB_FETCH: 'on',
      WEB_FETCH_HOSTS: host,
      SEARXNG_URL: `http://${host}`,
    });
    ada = await register(parley.url);
    await uploadIndexed(
      parley.url,
      ada.accessToken,
      { name: 'contract.md', bytes: 'The notice period is thirty days.\n' },
      { name: 'sites.csv', bytes: 'Site,Tonnes\nOslo,10\nBergen,32\n' },
    );
    calls = [
      [{ name: 'calculator', input: { expression: '6 * 7' } }, /^42$/m],
      [{ name: 'current_time', input: { zone: 'Asia/Tokyo' } }, /Asia\/Tokyo/],
      [{ name: 'search_documents', input: { query: 'notice period' } }, /thirty days/],
      [{ name: 'query_table', input: { table: '' } }, /sites\.csv[^]*Tonnes/],
      [{ name: 'web_fetch', input: { url: `http://${host}/hours` } }, /opens at nine/],
      [{ name: 'web_search', input: { query: 'museum' } }, /Closed on Mondays/],
      [{ name: 'stock__look', input: {} }, /640 bolts/],
      [{ name: 'ask_agent', input: { agent: 'helper', message: 'Hello' } }, /Helped/],
    ];
  }, 60_000);
  beforeEach(() => model.reset());
  afterAll(async () => {
    await parley?.close();
    await model?.close();
    await stock?.close();
    await personas?.remove();
    site?.close();
  });

  let calls: [{ name: string; input: object }, RegExp][];

  it.each(AGENT_SURFACES)('gives the model its result on %s', async (surface) => {
    const asked = calls.map(([call]) => call);
    model.reply(
      callTools(asked.slice(0, 4)),
      callTools(asked.slice(4, 7)),
      callTools(asked.slice(7)),
      'Helped.',
      'All done.',
    );
    expect(await askOn(surface, parley, ada, 'clerk', 'Use them all.')).toContain('All');
    expect(model.requests).toHaveLength(5);
    const { messages } = model.lastRequest.body as unknown as {
      messages: { role: string; content: unknown }[];
    };
    const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
    expect(results).toHaveLength(calls.length);
    for (const [i, [, expected]] of calls.entries()) expect(results[i]).toMatch(expected);
  });
});

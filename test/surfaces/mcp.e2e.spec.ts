import { Client, StreamableHTTPClientTransport, type RequestOptions } from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { refuse, stallAfter } from '../support/fake-openai-plays.js';
import { uploaded } from '../support/upload.js';

const CLIENT = { name: 'a test', version: '1.0.0' };

/** The clients of the Model Context Protocol, of both versions, unmodified. */
describe('MCP', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  const clients: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' });
    ada = await register(parley.url);
  });
  beforeEach(() => model.reset());
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await parley?.close();
    await model?.close();
  });

  const endpoint = () => new URL(`${parley.url}/mcp`);
  const init = (token: string) => ({ requestInit: { headers: { Authorization: `Bearer ${token}` } } });
  const connect = async (token = ada.accessToken, options: ConstructorParameters<typeof Client>[1] = {}) => {
    const client = new Client(CLIENT, options);
    await client.connect(new StreamableHTTPClientTransport(endpoint(), init(token)));
    clients.push(client);
    return client;
  };
  const connectV1 = async () => {
    const client = new V1Client(CLIENT);
    const transport = new V1Transport(endpoint(), init(ada.accessToken));
    await client.connect(transport as Parameters<typeof client.connect>[0]);
    clients.push(client);
    return client;
  };
  const modern = () => connect(ada.accessToken, { versionNegotiation: { mode: 'auto' } });

  it('serves the clients of both versions of the protocol', async () => {
    const v1 = await connectV1();
    const [auto, old] = [await modern(), await connect()];
    expect(auto.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect(old.getNegotiatedProtocolVersion()).toBe('2025-11-25');
    for (const client of [auto, old, v1]) {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).toSorted()).toEqual([
        'ask_agent',
        'list_agents',
        'list_conversations',
        'read_conversation',
        'search_documents',
      ]);
      const { structuredContent } = await client.callTool({ name: 'list_agents', arguments: {} });
      expect(JSON.stringify(structuredContent)).toContain('movie-finder');
    }
  });

  it('asks an agent in a conversation that every surface shows', async () => {
    const client = await modern();
    const progress: string[] = [];
    const ask = (message: string, more: object = {}) =>
      client.callTool(
        { name: 'ask_agent', arguments: { message, ...more } },
        { onprogress: ({ message: said }) => void progress.push(said ?? '') },
      );
    const { structuredContent } = await ask('My name is Grace.');
    const { conversation_id, reply } = structuredContent as { conversation_id: string; reply: string };
    expect(reply).toBe('Hello from the model.');
    await ask('What is my name?', { conversation_id });
    expect(model.lastRequest.body.messages.map(({ content }) => content)).toContain('My name is Grace.');
    const read = await client.callTool({ name: 'read_conversation', arguments: { id: conversation_id } });
    const { body } = await callJson<{ messages: { content: string }[] }>(
      parley.url,
      `/conversations/${conversation_id}/messages`,
      { token: ada.accessToken },
    );
    expect((read.structuredContent as typeof body).messages.map(({ content }) => content)).toEqual(
      body.messages.map(({ content }) => content),
    );
    const listed = await client.callTool({ name: 'list_conversations', arguments: { query: 'GRACE' } });
    expect(listed.structuredContent).toMatchObject({
      conversations: [{ conversation_id, message_count: 4 }],
    });
  });

  it('finds conversations by their titles and messages', async () => {
    const client = await modern();
    const ask = async (message: string) => {
      const { structuredContent } = await client.callTool({ name: 'ask_agent', arguments: { message } });
      return (structuredContent as { conversation_id: string }).conversation_id;
    };
    model.reply('Zanzibar lies in the Indian Ocean.');
    const said = await ask('Where is the island of spices?');
    model.reply('Hello from the model.');
    const named = await ask('Something else');
    const rename = { title: '100% Zanzibar_plans' };
    await call(parley.url, `/conversations/${named}`, {
      method: 'PATCH',
      token: ada.accessToken,
      body: rename,
    });
    const find = async (query: string) => {
      const found = await client.callTool({ name: 'list_conversations', arguments: { query } });
      const { conversations } = found.structuredContent as { conversations: { conversation_id: string }[] };
      return conversations.map(({ conversation_id }) => conversation_id);
    };
    expect(await find('zanzibar')).toEqual([named, said]);
    expect(await find('Indian Ocean')).toEqual([said]);
    expect(await find('0% zan')).toEqual([named]);
    expect(await find('zanzibar atlantis')).toEqual([]);
  });

  it.each([
    ['by closing its request', () => modern()],
    ['in a message of its own', () => connect()],
    ['in a message of its own, by the first version of the package', connectV1],
  ])('reports progress while an agent writes, and stops when the caller cancels %s', async (way, open) => {
    model.reply(stallAfter('A beginning of an answer'));
    const client = await open();
    const callTool = (params: Parameters<Client['callTool']>[0], options: RequestOptions) =>
      client instanceof V1Client
        ? client.callTool(params, undefined, options)
        : client.callTool(params, options);
    const conversation_id = `stopped ${way}`;
    const cancel = new AbortController();
    let said = '';
    const asked = callTool(
      { name: 'ask_agent', arguments: { message: 'Go on!', conversation_id } },
      {
        signal: cancel.signal,
        onprogress: ({ message = '' }: { message?: string }) => void (said += message),
      },
    );
    asked.catch(() => undefined);
    await eventually(async () => expect(said).toContain('A beginning'));
    cancel.abort();
    await expect(asked).rejects.toThrow();
    await eventually(async () => {
      const { body } = await callJson<{ messages: { finish_reason?: string }[] }>(
        parley.url,
        `/conversations/${encodeURIComponent(conversation_id)}/messages`,
        { token: ada.accessToken },
      );
      expect(body.messages.at(-1)).toMatchObject({
        content: 'A beginning of an answer',
        finish_reason: 'error',
      });
    });
  });

  it('finds exact quotes in documents, and reads the documents', async () => {
    const text = 'The notice period is thirty days.\n';
    const id = await uploaded(parley.url, ada.accessToken, { name: 'contract.md', bytes: text });
    const client = await modern();
    const search = { name: 'search_documents', arguments: { query: 'notice period' } };
    await eventually(async () => {
      const { structuredContent } = await client.callTool(search);
      expect(structuredContent).toMatchObject({ passages: [{ document_id: id, title: 'contract.md' }] });
    }, 20_000);
    const { structuredContent, content } = await client.callTool(search);
    const [passage] = (structuredContent as { passages: { quote: string; start: number; end: number }[] })
      .passages;
    const uri = `parley://attachments/${id}`;
    expect(content).toContainEqual(expect.objectContaining({ type: 'resource_link', uri }));
    const { contents } = await client.readResource({ uri });
    expect((contents[0] as { text: string }).text.slice(passage!.start, passage!.end)).toBe(passage!.quote);
    expect((await client.listResources()).resources).toContainEqual(expect.objectContaining({ uri }));
    const eve = await connect((await register(parley.url)).accessToken);
    expect((await eve.callTool(search)).structuredContent).toEqual({ passages: [] });
    await expect(eve.readResource({ uri })).rejects.toMatchObject({ message: /not-found/, data: { uri } });
  });

  it.each([
    ['chat', ['ask_agent']],
    ['conversations:read', ['list_conversations', 'read_conversation']],
    ['documents:read', ['search_documents', 'resources']],
  ])('lets an API key with the scope %s use %j', async (scope, allowed) => {
    const { body } = await callJson<{ key: string }>(parley.url, '/users/me/keys', {
      token: ada.accessToken,
      body: { name: 'of MCP', scopes: [scope] },
    });
    const client = await connect(body.key);
    const used: Record<string, unknown> = {
      search_documents: { query: 'notice period' },
      ask_agent: { message: 'Hi' },
      list_conversations: {},
      read_conversation: { id: 'none' },
    };
    const allows: string[] = [];
    for (const [name, input] of Object.entries(used)) {
      const { content } = await client.callTool({ name, arguments: input as Record<string, unknown> });
      if (!JSON.stringify(content).includes('missing-scope')) allows.push(name);
    }
    const list = await client.listResources().catch(String);
    if (typeof list !== 'string') allows.push('resources');
    else expect(list).toContain('missing-scope');
    expect(allows.toSorted()).toEqual(allowed.toSorted());
  });

  it('answers a tool that fails with a result that says why', async () => {
    model.reply(refuse(401));
    const client = await modern();
    const failures = [
      await client.callTool({ name: 'ask_agent', arguments: { message: 'Hi' } }),
      await client.callTool({ name: 'ask_agent', arguments: { message: 'Hi', agent: 'nobody' } }),
      await client.callTool({ name: 'read_conversation', arguments: { id: 'none' } }),
    ];
    expect(failures.map(({ isError }) => isError)).toEqual([true, true, true]);
    expect(JSON.stringify(failures[1]!.content)).toContain('nobody');
    expect(JSON.stringify(failures[2]!.content)).toContain('not-found: Conversation not found');
  });

  it('refuses input that nests too deeply, and text that cannot be stored', async () => {
    const listAgents = async (argument: string) => {
      const answer = await fetch(endpoint(), {
        method: 'POST',
        headers: { Authorization: `Bearer ${ada.accessToken}`, 'Content-Type': 'application/json' },
        body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_agents","arguments":{"x":${argument}}}}`,
      });
      return [answer.status, ((await answer.json()) as { detail: string }).detail];
    };
    expect(await listAgents(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toEqual([
      400,
      expect.stringContaining('JSON decode error'),
    ]);
    expect(await listAgents(String.raw`"\u0000"`)).toEqual([
      400,
      'The request nests too deeply, or holds NUL characters or lone surrogates',
    ]);
  });

  it('points requests without a token to the metadata about tokens, and refuses foreign origins', async () => {
    const refused = await call(parley.url, '/mcp', { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } });
    expect(refused.status).toBe(401);
    const [, metadata] = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate')!) ?? [];
    expect(await (await fetch(metadata!)).json()).toMatchObject({ resource: `${parley.url}/mcp` });
    await expect(connect('wrong')).rejects.toThrow();
    const token = ada.accessToken;
    expect((await call(parley.url, '/mcp', { token, method: 'DELETE' })).status).toBe(405);
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const headers = { Origin: 'https://evil.example' };
    expect((await call(parley.url, '/mcp', { token, body, headers })).status).toBe(403);
    const misdirected = await callJson(parley.url, '/mcp', { token, body: { message: 'Hi' } });
    expect(misdirected).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('POST /chat') },
    });
  });
});

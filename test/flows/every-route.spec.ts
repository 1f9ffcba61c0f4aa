import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import fc from 'fast-check';
import { messageItemIdOf, responseIdOf } from '../../src/chat/surfaces/responses/ids.js';
import { describeApi } from '../../src/openapi.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { arbitraryOf, hostileText, type Schema } from '../support/openapi-arbitraries.js';
import { ENDS_SESSION, METHODS, RULE_OF } from '../support/route-rules.js';
import { TestSocket } from '../support/socket.js';
import { collectSse } from '../support/sse.js';
import { scaled } from '../support/time-factor.mjs';
import { uploaded } from '../support/upload.js';

/** Inputs of the fuzzer over HTTP and over WebSockets, and questions of the tenants. */
const HTTP_INPUTS = Number(process.env.PARLEY_TEST_FUZZ_HTTP ?? 600);
const FRAMES = Number(process.env.PARLEY_TEST_FUZZ_FRAMES ?? 300);
const QUESTIONS = Number(process.env.PARLEY_TEST_TENANT_QUESTIONS ?? 20);
const SEED = Number(process.env.PARLEY_TEST_FUZZ_SEED ?? 20_261_129);
const TENANTS = 20;
/** No answer may take longer. Neighbouring suites share the machine here; a run by itself sets 5,000. */
const SLOW_MS = scaled(Number(process.env.PARLEY_TEST_FUZZ_SLOW_MS ?? 20_000));
const AT_ONCE = 8;

const CALLERS = ['nobody', 'forger', 'stranger'] as const;
const PLACES = ['path', 'query', 'body', 'header'] as const;

/** What Nest serves beside the API: its document, and the page of the console. */
const NOT_API = /^\/($|docs|openapi|console|assets|app|favicon|api\/openapi|\{\*|\*)/;

interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
}
interface Api {
  paths: Record<string, Partial<Record<(typeof METHODS)[number], Operation>>>;
  components: { schemas: Record<string, Schema & { example?: unknown }> };
}

/** The ids of one account, by the name of the parameter or field that holds such an id. */
interface Ids {
  account: string;
  conversation: string;
  run: string;
  message: string;
  attachment: string;
  key: string;
  number: string;
  share: string;
}

describe('every route', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let api: Api;
  let victim: Account;
  /** Owns nothing, and goes on doing so: what it is shown at another's id is never its own. */
  let stranger: Account;
  /** Asks where something is created, also under ids of others that a client may choose. */
  let visitor: Account;
  let ids: Ids;
  const canary = `canary${randomUUID().replaceAll('-', '')}`;
  const unknown: Ids = {
    account: randomUUID(),
    conversation: randomUUID(),
    run: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
    message: randomUUID(),
    attachment: randomUUID(),
    key: randomUUID(),
    number: '777777',
    share: randomUUID(),
  };

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_EMBEDDING_MODEL: 'words',
      ROOMS_AUTH: 'required',
      SHARES: 'on',
    });
    api = describeApi(parley.app) as unknown as Api;
    victim = await register(parley.url);
    stranger = await register(parley.url);
    visitor = await register(parley.url);
    ids = await belongings(victim);
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  /** Gives an account one of everything, each with a word in it. */
  async function belongings({ accessToken: token, id: account }: Account, word = canary): Promise<Ids> {
    const { url } = parley;
    model.reply(`It is ${word}.`);
    const conversation = randomUUID();
    const answer = await call(url, '/chat', {
      token,
      body: { message: `What is ${word}?`, conversation_id: conversation },
    });
    const run = answer.headers.get('x-run-id')!;
    await collectSse(answer);
    const { body: history } = await callJson<{ messages: { id: string }[] }>(
      url,
      `/conversations/${conversation}/messages`,
      { token },
    );
    const attachment = await uploaded(url, token, { name: `${word}.txt`, bytes: `About ${word}.` });
    await eventually(async () => {
      const { body } = await callJson(url, `/attachments/${attachment}`, { token });
      expect(body.status).toBe('indexed');
    }, 20_000);
    await callJson(url, `/v1/chat/sessions/${conversation}/messages`, {
      token,
      body: { role: 'user', content: word },
    });
    const { body: key } = await callJson<{ id: string }>(url, '/users/me/keys', {
      token,
      body: { name: word, scopes: ['chat'] },
    });
    const { body: chat } = await callJson<{ id: number }>(url, '/api/chat/', {
      token,
      body: { title: word },
    });
    const { body: share } = await callJson<{ id: string }>(url, `/conversations/${conversation}/shares`, {
      token,
      body: {},
    });
    return {
      account,
      conversation,
      run,
      message: history.messages.at(-1)!.id,
      attachment,
      key: key.id,
      number: String(chat.id),
      share: share.id,
    };
  }

  /** Which of an account's ids a parameter of a route is for. */
  function idFor(
    path: string,
    name: string,
    { account, conversation, run, message, attachment, key, number, share }: Ids,
  ) {
    if (name === 'run_id') return run;
    if (name === 'share_id') return share;
    if (name === 'message_id') return message;
    if (name === 'agent' || name === 'agent_id') return 'assistant';
    if (path.startsWith('/v1/responses')) return responseIdOf(run);
    if (name === 'item') return messageItemIdOf(message);
    if (name === 'key_id') return key;
    if (name === 'chat_id') return number;
    if (name === 'model') return 'assistant';
    if (name === 'id' && path.startsWith('/attachments')) return attachment;
    if (name === 'id' && path.includes('users')) return account;
    return conversation;
  }
  const pathWith = (path: string, of: (name: string) => Ids) =>
    path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => idFor(path, name, of(name)));

  /** A body that a route takes, with an account's ids in every field that may hold one. */
  function bodyWith(operation: Operation | undefined, of: Ids): unknown {
    const content = operation?.requestBody?.content['application/json'];
    if (!content) return { id: of.attachment, conversation_id: of.conversation, user_id: of.account };
    const names = JSON.stringify(content.schema).match(/schemas\/(\w+)/g) ?? [];
    const example =
      content.example ??
      names.map((name) => api.components.schemas[name.slice('schemas/'.length)]?.example).find(Boolean) ??
      {};
    return {
      ...(example as object),
      ...(JSON.stringify(content.schema).includes('ChatMessage') && { session_id: undefined }),
      conversation_id: of.conversation,
      attachment_id: of.attachment,
      attachment_ids: [of.attachment],
      message_id: of.message,
      owner_user_id: of.account,
      user_id: of.account,
      metadata: { conversation_id: of.conversation },
      previous_response_id: responseIdOf(of.run),
    };
  }

  /** A request with ids in every place. @param idsAt whose they are, by place and, in the path, by the parameter's name */
  function request(
    path: string,
    method: string,
    idsAt: (place: (typeof PLACES)[number], name?: string) => Ids,
    token: string | undefined,
  ): Promise<Response> {
    const operation = api.paths[path]?.[method as 'get'];
    const query = new URLSearchParams({
      conversation_id: idsAt('query').conversation,
      user_id: idsAt('query').account,
      owner_user_id: idsAt('query').account,
      id: idsAt('query').attachment,
    });
    const url = `${pathWith(path, (name) => idsAt('path', name))}?${query.toString()}`;
    return call(parley.url, url, {
      method: method.toUpperCase(),
      token,
      body: method === 'get' ? undefined : bodyWith(operation, idsAt('body')),
      headers: {
        'X-Conversation-Id': idsAt('header').conversation,
        'X-User-Id': idsAt('header').account,
        'If-Match': `"${idsAt('header').message}"`,
        ...(path.includes('stream') && { 'Last-Event-ID': `${idsAt('header').run}:1` }),
      },
    });
  }

  const plain = (text: string, of: Ids) =>
    Object.values(of)
      .reduce((rest, id) => rest.replaceAll(id, '<id>'), text)
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, '<time>')
      .replaceAll(/\b\d+(\.\d+)?\b/g, '<number>');

  /** What the victim has, as they see it. */
  async function possessions(): Promise<string> {
    const paths = [
      '/users/me',
      '/users/me/keys',
      '/conversations',
      `/conversations/${ids.conversation}/messages`,
      `/runs/${ids.run}`,
      '/attachments',
      '/api/chat/',
      `/v1/chat/sessions/${ids.conversation}/messages`,
    ];
    const answers = await Promise.all(
      paths.map(async (path) => (await call(parley.url, path, { token: victim.accessToken })).text()),
    );
    return answers.join('\n');
  }

  async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const rest = [...items];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
      }),
    );
  }

  const documented = () =>
    Object.entries(api.paths).flatMap(([path, methods]) =>
      METHODS.filter((method) => methods[method]).map((method) => ({
        path,
        method,
        name: `${method.toUpperCase()} ${path}`,
      })),
    );

  it('has a rule of ownership, and is documented', () => {
    interface Layer {
      route?: { path: string; methods: Record<string, boolean> };
    }
    const { stack } = (parley.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router;
    const served = stack.flatMap(({ route }) =>
      route && typeof route.path === 'string'
        ? Object.keys(route.methods)
            .filter((method) => (METHODS as readonly string[]).includes(method))
            .map((method) => `${method.toUpperCase()} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
        : [],
    );
    const routes = documented().map(({ name }) => name);
    expect(served.length).toBeGreaterThan(50);
    const isKnown = (name: string) =>
      routes.includes(name.replace(/(.)\/$/, '$1')) || NOT_API.test(name.split(' ')[1]!);
    expect(served.filter((name) => !isKnown(name))).toEqual([]);
    expect(routes.filter((name) => !RULE_OF.has(name))).toEqual([]);
    expect([...RULE_OF.keys()].filter((name) => !routes.includes(name))).toEqual([]);
  });

  it('shows and does nothing with ids of another account, wherever they are put', async () => {
    const before = await possessions();
    expect(before).toContain(canary);
    model.reply('Well.');
    const cells = Object.keys(api.paths).flatMap((path) =>
      METHODS.flatMap((method) => {
        // A method that a route does not know reads no query and no header.
        const places = api.paths[path]![method] ? PLACES : (['path', 'body'] as const);
        return CALLERS.flatMap((caller) => places.map((place) => ({ path, method, caller, place })));
      }),
    );
    expect(cells.length).toBeGreaterThan(2_000);
    const wrong: string[] = [];
    const forged = `${victim.accessToken.slice(0, -4)}AAAA`;
    await inParallel(cells, async ({ path, method, caller, place }) => {
      const name = `${method.toUpperCase()} ${path}`;
      const rule = RULE_OF.get(name);
      const cell = `${name} by ${caller} with an id in the ${place}`;
      const token = async () => {
        if (caller !== 'stranger') return caller === 'forger' ? forged : undefined;
        if (ENDS_SESSION.includes(name)) return (await register(parley.url)).accessToken;
        return rule === 'owned' ? stranger.accessToken : visitor.accessToken;
      };
      const answer = await request(path, method, (at) => (at === place ? ids : unknown), await token());
      const text = await answer.text();
      const fault = (what: string) => wrong.push(`${cell}: ${what} (${answer.status} ${text.slice(0, 200)})`);
      if (text.includes(canary)) fault('shows what is not theirs');
      if (answer.status >= 500) fault('fails');
      if (!rule) return void (answer.status < 400 && fault('a method that is not documented succeeds'));
      if (caller !== 'stranger') {
        if (rule !== 'public' && answer.status !== 401) fault('is not refused');
        return;
      }
      if ((rule === 'admin' || rule === 'superuser') && answer.status !== 403) fault('is not refused');
      if (rule !== 'owned') return;
      const other = await request(path, method, () => unknown, await token());
      const same = [other.status, plain(await other.text(), unknown)];
      if (JSON.stringify([answer.status, plain(text, ids)]) !== JSON.stringify(same))
        fault(`differs from an unknown id (${same.join(' ').slice(0, 200)})`);
    });
    expect(wrong).toEqual([]);
    expect(await possessions()).toBe(before);
  }, 300_000);

  it('shows and does nothing with an id of another account beside ids of the caller', async () => {
    const word = `own${randomUUID().replaceAll('-', '')}`;
    const caller = await register(parley.url);
    const own = await belongings(caller, word);
    const before = await possessions();
    model.reply('Well.');
    model.requests.length = 0;
    const cells = documented().flatMap(({ path, method, name }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter!);
      const inPath = names.length > 1 ? names : [];
      // What deletes the caller's own, or its log-ins, leaves nothing for the others to be tried with.
      const isLast = method === 'delete' && inPath.length === 0;
      const skips = isLast || ENDS_SESSION.includes(name) || RULE_OF.get(name) === 'public';
      const refusal = ['admin', 'superuser'].includes(RULE_OF.get(name)!) ? 403 : 404;
      return skips
        ? []
        : [...inPath, 'query', 'body', 'header'].map((where) => ({ path, method, where, refusal }));
    });
    expect(cells.length).toBeGreaterThan(250);
    const wrong: string[] = [];
    for (const { path, method, where, refusal } of cells) {
      const answer = await request(
        path,
        method,
        (place, name) => (place === where || name === where ? ids : own),
        caller.accessToken,
      );
      const text = await answer.text();
      const cell = `${method.toUpperCase()} ${path} with ${where}: ${answer.status} ${text.slice(0, 200)}`;
      if (text.includes(canary)) wrong.push(`shows what is not theirs: ${cell}`);
      if (answer.status >= 500) wrong.push(`fails: ${cell}`);
      if (path.includes(`{${where}}`) && answer.status !== refusal) wrong.push(`is not refused: ${cell}`);
    }
    expect(wrong).toEqual([]);
    expect(JSON.stringify(model.requests)).not.toContain(canary);
    expect(await possessions()).toBe(before);
  }, 300_000);

  it('retrieves for each of twenty tenants from their own documents alone', async () => {
    const tenants = await Promise.all(
      Array.from({ length: TENANTS }, async () => ({
        account: await register(parley.url),
        word: `tenant${randomUUID().replaceAll('-', '')}`,
      })),
    );
    await inParallel(tenants, async ({ account, word }) => {
      const bytes = `The code of the vault in the cellar is ${word}. Nobody else knows the code of the vault.`;
      const id = await uploaded(parley.url, account.accessToken, { name: 'vault.txt', bytes });
      await eventually(async () => {
        const { body } = await callJson(parley.url, `/attachments/${id}`, { token: account.accessToken });
        expect(body.status).toBe('indexed');
      }, 30_000);
    });
    model.reply('It is in the document.');
    model.requests.length = 0;
    const questions = Array.from({ length: QUESTIONS }, (_question, i) => ({ ...tenants[i % TENANTS]!, i }));
    await inParallel(questions, async ({ account, word, i }) => {
      const message = `What is the code of the vault in the cellar, for question ${word} ${i}?`;
      await collectSse(await call(parley.url, '/chat', { token: account.accessToken, body: { message } }));
    });
    const prompts = model.requests
      .filter(({ path }) => path === '/chat/completions')
      .map(({ body }) => JSON.stringify(body.messages));
    expect(prompts.length).toBe(QUESTIONS);
    const leaks = prompts.filter((prompt) => {
      const seen = tenants.filter(({ word }) => prompt.includes(word));
      const [own] = seen;
      // Once in the question and once in the document.
      return seen.length !== 1 || !prompt.includes(`cellar is ${own!.word}`);
    });
    expect(leaks).toEqual([]);
  }, 600_000);

  describe('takes anything without failing:', () => {
    const segment = (own: string) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(own) },
        { weight: 1, arbitrary: fc.uuid() },
        {
          weight: 1,
          arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 500) || '-'),
        },
        {
          weight: 1,
          arbitrary: fc.constantFrom('%00', 'a%00b', '%', '%ff', '..%2f..', '%2e%2e', '-1', '1e9'),
        },
      );
    const headerText = fc
      .oneof(hostileText, fc.uuid())
      .map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 300));

    /** A request to a route of the document. */
    function requestOf({ path, method }: { path: string; method: string }, mine: Ids) {
      const { parameters = [], requestBody } = api.paths[path]![method as 'get']!;
      const json = requestBody?.content['application/json']?.schema ?? {};
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const query = parameters.filter((parameter) => parameter.in === 'query');
      const body = fc.oneof(
        {
          weight: 8,
          arbitrary: arbitraryOf(json, api.components.schemas).map((value) => ({
            type: 'application/json',
            bytes: JSON.stringify(value),
            encoding: '',
          })),
        },
        {
          weight: 2,
          arbitrary: fc.record({
            type: fc.constantFrom(
              'application/json',
              'application/x-www-form-urlencoded',
              'multipart/form-data; boundary=x',
              'multipart/form-data',
              'text/plain',
              'application/json; charset=utf-7',
            ),
            bytes: fc.oneof(hostileText, fc.constantFrom('{"a":', '--x\r\n\r\n--x--', 'a=1&a[b]=2', '[[[[')),
            encoding: fc.constantFrom('', '', 'gzip', 'deflate', 'br', 'identity', 'nonsense'),
          }),
        },
      );
      return fc.record({
        method: fc.constant(method.toUpperCase()),
        path: fc
          .tuple(...names.map((name) => segment(idFor(path, name, mine))))
          .map((values) => path.replaceAll(/\{\w+\}/g, () => String(values.shift()))),
        query: fc.record(
          Object.fromEntries(
            query.map(({ name, schema }) => [name, arbitraryOf(schema, api.components.schemas)]),
          ),
          { requiredKeys: [] },
        ),
        headers: fc.record(
          { 'Idempotency-Key': headerText, 'Last-Event-ID': headerText, 'If-Match': headerText },
          { requiredKeys: [] },
        ),
        isAnonymous: fc.nat(9).map((n) => n === 0),
        body: method === 'get' ? fc.constant(null) : body,
      });
    }

    /** What is wrong with an error for clients of its surface; null when nothing is. */
    function shapeFault(path: string, status: number, type: string, text: string): string | null {
      if (status < 400) return null;
      if (!type.startsWith('application/json')) return `is ${type}`;
      const body = JSON.parse(text) as Record<string, unknown>;
      if (/^\/v1\/(?!chat\/sessions)/.test(path))
        return typeof body.error === 'object' || typeof body.detail === 'string' ? null : 'has no error';
      if (path.startsWith('/api/') && status === 400 && !('detail' in body))
        return Object.values(body).every(Array.isArray) ? null : 'is no map of fields';
      if (status === 422 && !Array.isArray(body.detail) && typeof body.detail !== 'string')
        return 'has no list of issues';
      if (path.startsWith('/mcp') && body.jsonrpc === '2.0') return null;
      return 'detail' in body ? null : 'has no detail';
    }

    it('requests', async () => {
      // What revokes the tokens that the others are sent with is in the matrix above.
      const routes = documented().filter(({ name }) => !ENDS_SESSION.includes(name));
      const mine = await belongings(visitor);
      const inputs = fc.sample(
        fc.constantFrom(...routes).chain((route) => requestOf(route, mine)),
        {
          numRuns: HTTP_INPUTS,
          seed: SEED,
        },
      );
      const wrong: string[] = [];
      await inParallel(inputs, async ({ method, path, query, headers, body, isAnonymous }) => {
        const search = new URLSearchParams(
          Object.entries(query).map(([name, value]): [string, string] => [
            name,
            String(value).toWellFormed(),
          ]),
        );
        const began = performance.now();
        const answer = await fetch(`${parley.url}${path}?${search.toString()}`, {
          method,
          redirect: 'manual',
          headers: {
            ...headers,
            ...(!isAnonymous && { Authorization: `Bearer ${visitor.accessToken}` }),
            ...(body && { 'Content-Type': body.type }),
            ...(body?.encoding && { 'Content-Encoding': body.encoding }),
          },
          body: body?.bytes.toWellFormed(),
          signal: AbortSignal.timeout(4 * SLOW_MS),
        });
        // A whole account takes as long as it is large; it must begin in time.
        const begun = performance.now() - began;
        const isDownload = answer.headers.get('content-type') === 'application/zip';
        const text = await answer.text();
        // Refused by Node before there is a request: more than 16 KiB of address and headers.
        if (answer.status === 431) return;
        const ms = isDownload ? begun : performance.now() - began;
        const fault = (what: string) =>
          wrong.push(`${method} ${path} ${JSON.stringify({ query, headers, body }).slice(0, 600)}: ${what}`);
        if (answer.status >= 500) fault(`${answer.status} ${text.slice(0, 300)}`);
        if (ms > SLOW_MS) fault(`took ${Math.round(ms)} ms`);
        if (text.includes(canary) && isAnonymous) fault('shows what is not theirs');
        // The client resolves `..` in a path before it sends it, which may lead to another surface.
        const type = answer.headers.get('content-type') ?? '';
        const shapes = [path, new URL(answer.url).pathname].map((one) =>
          shapeFault(one, answer.status, type, text),
        );
        const shape = shapes.every(Boolean) && shapes[0];
        if (shape && method !== 'HEAD') fault(`${answer.status} ${shape}: ${text.slice(0, 200)}`);
      });
      expect(wrong).toEqual([]);
      expect((await call(parley.url, '/health/ready')).status).toBe(200);
    }, 900_000);

    it('frames of WebSockets', async () => {
      const token = visitor.accessToken;
      const schemas = ['AgentDeskQuestion', 'SocketRenewal', 'NewRoomMessage', 'AgentDeskFrame', 'RoomFrame'];
      const known = schemas.flatMap((name) => api.components.schemas[name] ?? []);
      const frame = fc.oneof(
        {
          weight: 5,
          arbitrary: fc
            .constantFrom(...known)
            .chain((schema) => arbitraryOf(schema, api.components.schemas))
            .map((value) => JSON.stringify(value)),
        },
        { weight: 2, arbitrary: hostileText },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
      );
      const paths = [
        `/async_chat?token=${token}&keepAlive=1&frames=json`,
        `/async_chat?token=${token}&keepAlive=1`,
        `/async_chat?token=${token}&watch=1&conversationID=w`,
        `/v1/chat/sessions/fuzz/ws?token=${token}`,
      ];
      const frames = fc.sample(frame, { numRuns: FRAMES, seed: SEED });
      const PER_SOCKET = 10;
      const visits = Array.from({ length: Math.ceil(FRAMES / PER_SOCKET) }, (_visit, i) => ({
        path: paths[i % paths.length]!,
        frames: frames.slice(i * PER_SOCKET, (i + 1) * PER_SOCKET),
      }));
      const wrong: string[] = [];
      await inParallel(visits, async ({ path, frames: sent }) => {
        // The client fails at a frame that is no JSON.
        const socket = await TestSocket.open(parley.url, path);
        for (const one of sent) socket.send(one);
        // Frames are handled in order: what comes last is answered last, or the socket has been closed.
        socket.send(path.startsWith('/v1') ? '{"role":"?"}' : '');
        const isDone = () =>
          socket.frames.some((answer) => 'detail' in answer || answer.event_type === 'error');
        await eventually(async () => {
          const isOpen = socket.socket.readyState === socket.socket.OPEN;
          if (isOpen && !isDone()) throw new Error(`no answer at ${path}`);
        }, 4 * SLOW_MS);
        for (const answer of socket.frames)
          if (typeof (answer.event_type ?? answer.type) !== 'string')
            wrong.push(`${path}: ${JSON.stringify(answer).slice(0, 200)}`);
        await socket.close();
        const { code } = await socket.closed;
        if (![1000, 1005, 1008, 4401].includes(code)) wrong.push(`${path} closed with ${code}`);
      });
      expect(wrong).toEqual([]);
      expect((await call(parley.url, '/health/live')).status).toBe(200);
      expect((parley.app.getHttpServer() as Server).listening).toBe(true);
    }, 900_000);
  });
});

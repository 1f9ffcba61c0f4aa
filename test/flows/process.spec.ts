import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { openDatabase } from '../../src/database/data-source.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { createDatabase } from '../support/database.js';
import { call, callJson, register } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { held } from '../support/held.js';
import { textOf } from '../support/runs.js';
import { sseEvents, type SseEvent } from '../support/sse.js';

/** The built API as a process of its own, as `npm start` runs it. */
class Process {
  output = '';
  readonly exited: Promise<[code: number | null, signal: string | null]>;

  constructor(readonly child: ChildProcess) {
    this.exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    child.stdout?.on('data', (chunk: Buffer) => (this.output += String(chunk)));
    child.stderr?.on('data', (chunk: Buffer) => (this.output += String(chunk)));
  }

  /** The address it prints when it listens. */
  async listening(): Promise<string> {
    for await (const line of createInterface({ input: this.child.stdout! })) {
      const address = /listens on (\S+)/.exec(line)?.[1];
      if (address) return address;
    }
    throw new Error(`it ended before it listened: ${this.output}`);
  }
}

/** What follows the lines in which a start says which server it waits for: a busy machine has them. */
const afterWaiting = (output: string) => output.replaceAll(/^Waiting for .*\r?\n/gm, '');

describe('the process', () => {
  let dataDir: string;
  const running: Process[] = [];
  let model: FakeOpenAi | undefined;
  let proxy: FaultProxy | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-process-'));
  });
  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    }
    await model?.close();
    await proxy?.close();
    [model, proxy] = [undefined, undefined];
    await rm(dataDir, { recursive: true, force: true });
  });

  function start(settings: Record<string, string> = {}): Process {
    return run(process.execPath, ['dist/src/main.js'], settings);
  }

  /** With a pseudo-terminal as its standard input and output. */
  function inTerminal(settings: Record<string, string>): Process {
    // Some shells stay beside a command that they run, and end by Ctrl-C with a code of their own.
    const command = `exec ${process.execPath} dist/src/main.js`;
    return run('script', ['--quiet', '--return', '--command', command, '/dev/null'], settings);
  }

  function run(program: string, args: string[], settings: Record<string, string>): Process {
    const { DATABASE_URL: _d, REDIS_URL: _r, ...inherited } = process.env;
    const env = {
      ...inherited,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      ...settings,
    };
    const parley = new Process(spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] }));
    running.push(parley);
    return parley;
  }

  it('prints its own lines first, then logs: JSON, or text where standard output is a terminal', async () => {
    const database = await createDatabase();
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: process.env.PARLEY_TEST_REDIS_URL!,
      LOG_LEVEL: 'info',
    };
    const piped = start(settings);
    const url = await piped.listening();
    await (await fetch(`${url}/no-such-path`)).text();
    const { accessToken: token } = await register(url);
    // A warning of Node's would not be JSON.
    await (await call(url, '/users/me/export', { token })).arrayBuffer();
    await eventually(async () => expect(piped.output).toContain('/users/me/export'));
    expect(afterWaiting(piped.output)).toMatch(/^Parley listens on /);
    for (const line of afterWaiting(piped.output)
      .trimEnd()
      .split('\n')
      .filter((text) => !/^(Parley| {2})/.test(text)))
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });

    const shown = inTerminal(settings);
    await (await fetch(`${await shown.listening()}/no-such-path`)).text();
    await eventually(async () => expect(shown.output).toContain('GET /no-such-path 404'));
    expect(afterWaiting(shown.output)).toMatch(/^Parley listens on /);
    expect(shown.output).not.toContain('{"level"');
    // As a person ends it: script passes Ctrl-C on to the terminal.
    shown.child.stdin!.write('\x03');
    expect(await shown.exited).toEqual([0, null]);
    piped.child.kill('SIGTERM');
    await piped.exited;
    await database.drop();
  });

  it('keeps history and tokens over kill -9 and a restart, with nothing configured', async () => {
    const before = start();
    const url = await before.listening();
    const { accessToken: token } = await register(url);
    const session_id = randomUUID();
    await (await call(url, '/chat', { token, body: { session_id, message: 'Hello from before' } })).text();
    before.child.kill('SIGKILL');
    await before.exited;

    const after = await start().listening();
    const { status, body } = await callJson(after, `/chat/${session_id}/history`, { token });
    expect(status).toBe(200);
    expect(body.messages).toMatchObject([{ content: 'Hello from before' }, { role: 'assistant' }]);
  });

  it.each([
    ['a Redis of the machine', async () => process.env.PATH!],
    ['Valkey as WebAssembly', async () => pathWithoutRedis(join(dataDir, 'bin'))],
  ])('keeps shown text and rooms over kill -9, with %s and nothing configured', async (_redis, path) => {
    model = await FakeOpenAi.start();
    const settings = { OPENAI_BASE_URL: model.url, PATH: await path() };
    const before = start(settings);
    const url = await before.listening();
    expect(before.output).not.toMatch(/\n\s+at |"stack"/);
    const { accessToken: token } = await register(url);
    const room = `/v1/chat/sessions/${randomUUID()}`;
    await call(url, `${room}/messages`, { body: { role: 'user', content: 'still here' } });
    model.reply(sayPaced('some words and then more, '.repeat(500), 5));
    const conversation_id = randomUUID();
    const answer = await call(url, '/chat', { token, body: { message: 'hi', conversation_id } });
    const events: SseEvent[] = [];
    const over = (async () => {
      for await (const event of sseEvents(answer)) events.push(event);
    })().catch(() => undefined);
    await eventually(async () => expect(textOf(events).length).toBeGreaterThan(2_000), 30_000);
    before.child.kill('SIGKILL');
    await over;

    model.reply('recovered');
    const after = await start(settings).listening();
    // The only process there is knows that nobody else answers: no lease has to run out.
    const next = await call(after, '/chat', { token, body: { message: 'and now?', conversation_id } });
    expect([next.status, await next.text()]).toEqual([200, expect.stringContaining('recovered')]);
    const { body } = await callJson<{ messages: { content: string }[] }>(
      after,
      `/conversations/${conversation_id}/messages`,
      { token },
    );
    const shown = textOf(events);
    expect(body.messages[1]!.content.slice(0, shown.length)).toBe(shown);
    expect((await callJson(after, `${room}/messages`)).body).toMatchObject({
      messages: [{ content: 'still here' }],
    });
  });

  it('completes running answers on SIGTERM, and takes no new one', async () => {
    model = await FakeOpenAi.start();
    const database = await createDatabase();
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: process.env.PARLEY_TEST_REDIS_URL!,
      OPENAI_BASE_URL: model.url,
    };
    const parley = start(settings);
    const url = await parley.listening();
    const { accessToken: token } = await register(url);
    const gate = held('the whole answer');
    model.reply(gate.play);
    const conversation_id = randomUUID();
    const answer = await call(url, '/chat', { token, body: { message: 'hi', conversation_id } });
    const events = sseEvents(answer);
    await events.next();
    parley.child.kill('SIGTERM');
    await eventually(async () => expect((await callJson(url, '/health/ready')).status).toBe(503));
    const refused = await call(url, '/chat', { token, body: { message: 'late' } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    gate.release();
    let rest = '';
    for await (const { data } of events) rest += data;
    expect(rest).toContain('[DONE]');
    expect(await parley.exited).toEqual([0, null]);

    const next = await start(settings).listening();
    const { body } = await callJson<{ messages: { content: string }[] }>(
      next,
      `/conversations/${conversation_id}/messages`,
      { token },
    );
    expect(body.messages.map(({ content }) => content)).toEqual(['hi', 'the whole answer']);
    running.at(-1)!.child.kill('SIGTERM');
    await running.at(-1)!.exited;
    await database.drop();
  });

  it('frees a conversation whose process exited in the middle of an answer', async () => {
    model = await FakeOpenAi.start();
    const database = await createDatabase();
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: process.env.PARLEY_TEST_REDIS_URL!,
      OPENAI_BASE_URL: model.url,
    };
    const parley = start(settings);
    const url = await parley.listening();
    const { accessToken: token } = await register(url);
    model.reply(held('never').play);
    const conversation_id = randomUUID();
    await sseEvents(await call(url, '/chat', { token, body: { message: 'hi', conversation_id } })).next();
    parley.child.kill('SIGKILL');
    await parley.exited;

    model.reply('here again');
    const next = await start(settings).listening();
    const send = () => call(next, '/chat', { token, body: { message: 'still there?', conversation_id } });
    let answer = await send();
    for (
      const began = Date.now();
      answer.status === 409 && Date.now() - began < 20_000;
      answer = await send()
    )
      await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await answer.text()).toContain('here');
    running.at(-1)!.child.kill('SIGTERM');
    await running.at(-1)!.exited;
    await database.drop();
  });

  it('migrates once when two processes start together', async () => {
    const database = await createDatabase();
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: process.env.PARLEY_TEST_REDIS_URL!,
      JWT_SECRET: 'x'.repeat(32),
    };
    const urls = await Promise.all([start(settings), start(settings)].map((parley) => parley.listening()));
    const { accessToken: token } = await register(urls[0]!);
    expect((await callJson(urls[1]!, '/conversations', { token })).status).toBe(200);
    for (const { child, exited } of running) {
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    }
    await database.drop();
  });

  it('waits for a PostgreSQL that starts later, with a notice without a stack trace', async () => {
    const database = await createDatabase();
    proxy = await FaultProxy.to(database.url);
    proxy.cut();
    const parley = start({ DATABASE_URL: proxy.url, REDIS_URL: process.env.PARLEY_TEST_REDIS_URL! });
    await eventually(
      async () => expect(parley.output).toContain('Waiting for PostgreSQL of DATABASE_URL'),
      30_000,
    );
    proxy.mend();
    await parley.listening();
    expect(parley.output).not.toMatch(/\n\s+at |"stack"/);
    parley.child.kill('SIGTERM');
    await parley.exited;
    await proxy.close();
    proxy = undefined;
    await database.drop();
  });

  describe('on a PostgreSQL that is too slow after the connection', () => {
    let database: { url: string; drop(): Promise<void> };
    let locks: Client;

    beforeEach(async () => {
      database = await createDatabase();
      await (await openDatabase({ url: database.url })).destroy();
      locks = new Client({ connectionString: database.url });
      await locks.connect();
      await locks.query('BEGIN; LOCK TABLE users, catalogue_state');
    });
    afterEach(async () => {
      await locks.end();
      await database.drop();
    });

    const startOn = (more: Record<string, string> = {}) =>
      start({
        DATABASE_URL: database.url,
        REDIS_URL: process.env.PARLEY_TEST_REDIS_URL!,
        ADMIN_EMAIL: 'admin@example.com',
        ADMIN_PASSWORD: 'correct horse battery staple',
        ...more,
      });

    it('waits with every step of its start', async () => {
      const parley = startOn();
      await eventually(
        async () => expect(parley.output).toContain('Waiting for PostgreSQL of DATABASE_URL'),
        30_000,
      );
      await locks.query('ROLLBACK');
      const url = await parley.listening();
      expect(parley.output).not.toMatch(/\n\s+at |"stack"/);
      const body = { email: 'admin@example.com', password: 'correct horse battery staple' };
      expect((await call(url, '/auth/login', { body })).status).toBe(200);
    });

    it('gives up in one sentence', async () => {
      const parley = startOn({ START_WAIT_SECONDS: '1' });
      expect(await parley.exited).toEqual([1, null]);
      expect(afterWaiting(parley.output)).toMatch(/^DATABASE_URL cannot be used: .*\n$/);
    });
  });

  describe('reports an error in one sentence that names the setting', () => {
    it.each([
      [{ PORT: 'http' }, /^PORT .*\n$/],
      [
        { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', START_WAIT_SECONDS: '0' },
        /^DATABASE_URL .*\n$/,
      ],
      [
        { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', START_WAIT_SECONDS: '1' },
        /^Waiting for PostgreSQL of DATABASE_URL, up to 1 s more: .*\nDATABASE_URL .*\n$/,
      ],
      [{ DATABASE_URL: 'postgres://me:p@s/w#d@127.0.0.1/none' }, /^DATABASE_URL .*percent-encoded.*%25\n$/],
      [{ NODE_ENV: 'production' }, /^JWT_SECRET .*\n$/],
      [{ DATA_DIR: '/dev/null/none' }, /^DATA_DIR .*\n$/],
      [{ DATA_DIR: 'package.json' }, /^DATA_DIR .* is a file: .*\n$/],
      [{ DATA_DIR: 'package.json', JWT_SECRET: 'x'.repeat(32) }, /^DATA_DIR .* is a file: .*\n$/],
    ])('%j', async (settings, sentence) => {
      const parley = start(settings);
      expect(await parley.exited).toEqual([1, null]);
      expect(parley.output).toMatch(sentence);
    });

    it('a port in use', async () => {
      const squatter = createServer().listen(0, '127.0.0.1');
      await once(squatter, 'listening');
      const { port } = squatter.address() as { port: number };
      const parley = start({ PORT: String(port) });
      expect(await parley.exited).toEqual([1, null]);
      expect(parley.output).toMatch(new RegExp(`^PORT ${port} is already in use.*\n$`));
      squatter.close();
    });

    it('a data directory in use', async () => {
      const first = start();
      const url = await first.listening();
      const second = start();
      expect(await second.exited).toEqual([1, null]);
      expect(second.output).toMatch(/^DATA_DIR .*\n$/);
      expect((await call(url, '/health/ready')).status).toBe(200);
    });
  });
});

/** A folder with what Parley searches for on PATH, but for a Redis. */
async function pathWithoutRedis(folder: string): Promise<string> {
  await mkdir(folder);
  for (const program of ['id', 'chown', 'git']) {
    const file = [...process.env.PATH!.split(':'), '/bin'].map((dir) => join(dir, program)).find(existsSync);
    if (file) await symlink(file, join(folder, program));
  }
  return folder;
}

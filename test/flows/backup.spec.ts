import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, mkdtemp, rm, stat, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import { freePort } from '../../src/embedded/engine.js';
import { call, callJson, register } from '../support/client.js';
import { createDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import { scaled } from '../support/time-factor.mjs';
import { uploaded } from '../support/upload.js';

const SECRET = 'the secret of the servers, of 32 characters or more';
const NOTE = 'The heat pump in hall 7 needs 230 volts.';

/** What an operator does: each of these is a command of docs/operations.md. */
describe('backup and restore', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let redis: Awaited<ReturnType<typeof startRedisServer>>;
  let servers: Record<string, string>;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-backup-'));
    await chmod(folder, 0o755); // as root PostgreSQL is another user
    database = await createDatabase();
    redis = await startRedisServer(['port PORT']);
    servers = {
      DATABASE_URL: database.url,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      JWT_SECRET: SECRET,
      DATA_DIR: join(folder, 'servers'),
    };
  });
  afterAll(async () => {
    for (const child of started) await end(child);
    await redis.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = (settings: Record<string, string>) => {
    const { DATABASE_URL: _d, REDIS_URL: _r, JWT_SECRET: _j, ...inherited } = process.env;
    const basic = {
      HOST: '127.0.0.1',
      START_WAIT_SECONDS: '300',
      LOG_LEVEL: 'fatal',
      RATE_LIMITS: 'off',
      MAX_EVENT_LOOP_DELAY_MS: '0',
    };
    return { ...inherited, ...basic, ...settings };
  };

  async function startParley(
    settings: Record<string, string>,
  ): Promise<{ url: string; child: ChildProcess }> {
    const PORT = String(await freePort());
    const env = environment({ ...settings, PORT });
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => (output += String(chunk)));
    await eventually(async () => expect(output).toContain('Parley listens on'), 90_000);
    return { url: `http://127.0.0.1:${PORT}`, child };
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** @returns what it printed, and its exit code */
  async function run(script: string, args: string[], settings: Record<string, string>) {
    const options = { env: environment(settings) };
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [`dist/scripts/${script}.js`, ...args],
        options,
      );
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  /** An account with a conversation, a file and a room. */
  async function useParley(url: string) {
    const ada = await register(url);
    const token = ada.accessToken;
    const id = randomUUID();
    await (await call(url, '/chat', { token, body: { message: 'Hello?', conversation_id: id } })).text();
    const file = await uploaded(url, token, { name: 'pump.txt', bytes: NOTE });
    await eventually(async () => {
      const { body } = await callJson<{ status: string }>(url, `/attachments/${file}`, { token });
      expect(body.status).toBe('indexed');
    }, 60_000);
    const room = `room-${randomUUID()}`;
    const said = await call(url, `/v1/chat/sessions/${room}/messages`, {
      body: { role: 'user', content: 'Is anybody here?' },
    });
    expect(said.status).toBeLessThan(300);
    return { ada, id, file, room };
  }

  async function expectAllOf(url: string, { ada, id, file, room }: Awaited<ReturnType<typeof useParley>>) {
    const logIn = await callJson<{ access_token: string }>(url, '/auth/login', {
      body: { email: ada.email, password: ada.password },
    });
    const token = logIn.body.access_token;
    const shown = await call(url, `/conversations/${id}/messages`, { token });
    expect(await shown.text()).toContain('Hello?');
    const opened = { message: 'And now?', conversation_id: randomUUID() };
    expect((await call(url, '/chat', { token, body: opened })).status).toBe(200);
    const download = await call(url, `/attachments/${file}/raw`, { token });
    expect(await download.text()).toBe(NOTE);
    expect(await (await call(url, `/v1/chat/sessions/${room}/messages`)).text()).toContain(
      'Is anybody here?',
    );
  }

  const sumsOf = (output: string) => /\d+ tables .* keys of rooms/.exec(output)?.[0];

  it(
    'is taken while it runs; everything is lost and restored; moved to servers and back with equal digests',
    async () => {
      const embedded = { DATA_DIR: join(folder, 'embedded') };
      const file = join(folder, 'parley.backup');
      const first = await startParley(embedded);
      const used = await useParley(first.url);

      const backup = await run('backup', [file], embedded);
      expect(backup).toMatchObject({ code: 0, output: expect.stringMatching(/1 files|2 files|3 files/) });
      expect((await stat(file)).mode & 0o777).toBe(0o600);

      // Restored below a Parley that runs: what came after the backup is lost, and the process begins anew.
      const late = await register(first.url);
      expect(await run('restore', [file], embedded)).toMatchObject({
        code: 1,
        output: expect.stringContaining('--overwrite'),
      });
      expect(await run('restore', [file, '--overwrite'], embedded)).toMatchObject({ code: 0 });
      await eventually(async () => {
        const { status } = await call(first.url, '/users/me', { token: late.accessToken });
        expect(status).toBe(401);
        await expectAllOf(first.url, used);
        // The secret is the one of the backup: log-ins go on.
        expect((await call(first.url, '/users/me', { token: used.ada.accessToken })).status).toBe(200);
      }, 60_000);
      await end(first.child);

      // Everything is lost.
      await rm(embedded.DATA_DIR, { recursive: true, force: true });
      const restored = await run('restore', [file], embedded);
      expect(sumsOf(restored.output)).toBe(sumsOf(backup.output));
      const again = await startParley(embedded);
      await expectAllOf(again.url, used);
      expect((await run('move', ['servers'], { ...servers, ...embedded })).output).toContain('stop it first');
      await end(again.child);

      const moved = await run('move', ['servers'], { ...servers, ...embedded });
      expect(moved).toMatchObject({ code: 0, output: expect.stringContaining('every digest is as it was') });
      const onServers = await startParley({ ...servers, ...embedded });
      await expectAllOf(onServers.url, used);
      await end(onServers.child);

      const back = await run('move', ['embedded', '--overwrite'], { ...servers, ...embedded });
      expect(back).toMatchObject({ code: 0, output: expect.stringContaining('every digest is as it was') });
      const home = await startParley(embedded);
      await expectAllOf(home.url, used);
    },
    scaled(300_000),
  );

  it(
    'refuses a file that is cut, damaged or of another program, and changes nothing then',
    async () => {
      const source = { ...servers, DATA_DIR: join(folder, 'damaged') };
      const file = join(folder, 'whole.backup');
      expect(await run('backup', [file], source)).toMatchObject({ code: 0 });
      const bytes = await readFile(file);
      const cut = join(folder, 'cut.backup');
      await writeFile(cut, bytes.subarray(0, bytes.length / 2));
      expect(await run('restore', [cut, '--overwrite'], source)).toMatchObject({
        code: 1,
        output: expect.stringContaining('no backup, or not whole'),
      });
      const damaged = join(folder, 'damaged.backup');
      const at = bytes.indexOf('tables/users') + 200;
      await writeFile(
        damaged,
        Buffer.concat([bytes.subarray(0, at), Buffer.from([bytes[at]! ^ 0xff]), bytes.subarray(at + 1)]),
      );
      expect(await run('restore', [damaged, '--overwrite'], source)).toMatchObject({ code: 1 });
      const before = join(folder, 'before.backup');
      expect(sumsOf((await run('backup', [before], source)).output)).toBeDefined();
      expect(await run('backup', [], source)).toMatchObject({
        code: 1,
        output: expect.stringContaining('Usage'),
      });
    },
    scaled(120_000),
  );
});

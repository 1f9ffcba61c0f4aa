import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/embedded/engine.js';
import { call, callJson, register } from '../support/client.js';
import { createDatabase } from '../support/database.js';
import { commandsBelow } from '../support/documented-commands.js';
import { eventually } from '../support/eventually.js';
import { Nginx } from '../support/nginx.js';
import { Prometheus } from '../support/prometheus.js';
import { startRedisServer } from '../support/redis-server.js';
import { scaled } from '../support/time-factor.mjs';
import { uploaded } from '../support/upload.js';

type Replacement = [from: string, to: string];

const NOTE = 'The heat pump in hall 7 needs 230 volts.';
/** What the commands use of the folder of Parley. */
const FILES = ['package.json', 'dist', 'deploy', 'agents', 'catalogue', 'node_modules'];
/** Without the build before each of them, which other suites would notice; `npm` itself runs the same commands. */
const NPM = `#!/bin/bash
[ "$1" = run ] && shift
name=$1; shift
[ "$1" = -- ] && shift
exec $(node -p "require('$PWD/package.json').scripts['$name'].split(' && ').at(-1)") "$@"
`;

/** One who reads docs/operations.md alone, and has nothing but its commands. */
describe('an operator', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let redis: Awaited<ReturnType<typeof startRedisServer>>;
  let nginx: Nginx | undefined;
  let prometheus: Prometheus | undefined;
  let places: Replacement[];
  let ports: Replacement[];
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-operator-'));
    await chmod(folder, 0o755); // as root PostgreSQL is another user
    for (const name of ['bin', 'parley', 'prometheus']) await mkdir(join(folder, name));
    for (const name of FILES) await symlink(resolve(name), join(folder, 'parley', name));
    await writeFile(join(folder, 'bin/npm'), NPM, { mode: 0o755 });
    await writeFile(join(folder, 'bin/sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
    await writeFile(join(folder, 'bin/systemctl'), '#!/bin/sh\n', { mode: 0o755 });
    await symlink(process.env.PARLEY_TEST_PROMTOOL ?? 'promtool', join(folder, 'bin/promtool'));
    database = await createDatabase();
    redis = await startRedisServer(['port PORT']);
    places = [
      ['postgres://parley:secret@127.0.0.1:5432/parley', database.url],
      ['127.0.0.1:6379', `127.0.0.1:${redis.port}`],
      ['/etc/nginx/conf.d', folder],
      ['/etc/prometheus', join(folder, 'prometheus')],
    ];
    ports = [];
    for (const port of ['8000', '8001', '9464', '9465', '9466']) ports.push([port, String(await freePort())]);
  }, 60_000);
  afterAll(async () => {
    await prometheus?.close();
    await nginx?.close();
    for (const terminal of started) await interrupt(terminal);
    await redis?.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** As on this machine. */
  const here = (text: string, replacements = [...places, ...ports]) =>
    replacements.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  const urlOf = (port: string) => `http://127.0.0.1:${here(port)}`;
  const terminal = () => {
    const { DATABASE_URL: _d, REDIS_URL: _r, JWT_SECRET: _j, NODE_ENV: _n, ...inherited } = process.env;
    return {
      cwd: join(folder, 'parley'),
      env: {
        ...inherited,
        PATH: [join(folder, 'bin'), inherited.PATH].join(delimiter),
        PORT: here('8000'),
        // A busy machine.
        LOG_LEVEL: 'fatal',
        START_WAIT_SECONDS: '300',
        MAX_EVENT_LOOP_DELAY_MS: '0',
      },
    };
  };
  const run = (commands: string) =>
    promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here(commands, places)], terminal());
  /** A command that goes on, in a terminal of its own. */
  const keepRunning = (command: string) => {
    const child = spawn('bash', ['-c', here(command)], {
      ...terminal(),
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    started.push(child);
    return child;
  };
  const untilReady = (port: string) =>
    eventually(async () => {
      const ready = await call(urlOf(port), '/health/ready').catch(() => undefined);
      expect(ready?.status).toBe(200);
    }, 90_000);
  /** Ctrl-C. */
  const interrupt = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid!, 'SIGINT');
    await once(child, 'exit');
  };

  async function use(url: string) {
    const ada = await register(url);
    const token = ada.accessToken;
    const conversation = randomUUID();
    const body = { message: 'Hello?', conversation_id: conversation };
    await (await call(url, '/chat', { token, body })).text();
    const file = await uploaded(url, token, { name: 'pump.txt', bytes: NOTE });
    return { ada, conversation, file };
  }

  /** @returns an access token */
  async function expectAll(url: string, { ada, conversation, file }: Awaited<ReturnType<typeof use>>) {
    const { email, password } = ada;
    const logIn = await callJson<{ access_token: string }>(url, '/auth/login', { body: { email, password } });
    const token = logIn.body.access_token;
    const messages = await call(url, `/conversations/${conversation}/messages`, { token });
    expect(await messages.text()).toContain('Hello?');
    expect(await (await call(url, `/attachments/${file}/raw`, { token })).text()).toBe(NOTE);
    return token;
  }

  it(
    'backs up, loses and restores, moves to servers, adds a replica and a worker, sees load, and gets an alert',
    async () => {
      const [start, backUp, restore, move, first, second, worker, proxy, scrape, ...more] = commandsBelow(
        'docs/operations.md',
        'From one process to many, step by step',
      ) as [string, string, string, string, string, string, string, string, string];
      expect(more).toEqual([]);

      const single = keepRunning(start);
      await untilReady('8000');
      const used = await use(urlOf('8000'));
      expect((await run(backUp)).stdout).toContain('keys of rooms');
      await interrupt(single);

      expect((await run(restore)).stdout).toContain('keys of rooms');
      const again = keepRunning(start);
      await untilReady('8000');
      await expectAll(urlOf('8000'), used);
      await interrupt(again);

      expect((await run(move)).stdout).toContain('every digest is as it was');
      const one = keepRunning(first);
      const two = keepRunning(second);
      keepRunning(worker);
      for (const port of ['8000', '8001']) await untilReady(port);

      await run(proxy);
      const site = await readFile(join(folder, 'parley.conf'), 'utf8');
      expect(site).toContain('server_name chat.example.org;');
      nginx = await Nginx.start((port, log) =>
        here(site).replace('listen 80;', `listen 127.0.0.1:${port};`).replace('/var/log/nginx', log),
      );
      const token = await expectAll(nginx.url, used);
      // The worker indexes what either replica was given.
      const file = await uploaded(nginx.url, token, { name: 'late.txt', bytes: 'Hall 8 has none.' });
      await eventually(async () => {
        const { body } = await callJson<{ status: string }>(nginx!.url, `/attachments/${file}`, { token });
        expect(body.status).toBe('indexed');
      }, 60_000);

      expect((await run(scrape)).stdout).toContain('SUCCESS');
      const configuration = join(folder, 'prometheus/prometheus.yml');
      await writeFile(configuration, here(await readFile(configuration, 'utf8'), ports));
      prometheus = await Prometheus.startIn(join(folder, 'prometheus'));
      for (const port of ['8000', '8001'])
        await (await call(urlOf(port), '/chat', { token, body: { message: 'Is anybody there?' } })).text();
      const { panels } = JSON.parse(await readFile('deploy/grafana/parley.json', 'utf8')) as {
        panels: { title: string; targets?: { expr: string }[] }[];
      };
      const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
      const streamed = expressions.find((expr) => expr.includes('parley_streamed_tokens_total'))!;
      const filled = streamed
        .replaceAll('$__rate_interval', '1m')
        .replaceAll('$instance', '.*')
        .replaceAll('$job', 'parley');
      await eventually(async () => {
        for (const port of ['9464', '9465', '9466'])
          expect(await prometheus!.query(`up{instance="127.0.0.1:${here(port)}"} == 1`)).toHaveLength(1);
        for (const port of ['9464', '9465'])
          expect(
            await prometheus!.query(`parley_run_seconds_count{instance="127.0.0.1:${here(port)}"} > 0`),
          ).not.toEqual([]);
        expect(await prometheus!.query(filled)).not.toEqual([]);
      }, 30_000);

      await interrupt(two);
      await eventually(async () => {
        const down = (await prometheus!.alerts()).find(({ labels }) => labels['alertname'] === 'ParleyDown');
        expect(down).toMatchObject({ state: 'firing', labels: { instance: `127.0.0.1:${here('9465')}` } });
      }, 30_000);
      await expectAll(nginx.url, used);
      await interrupt(one);
      expect(existsSync(join(folder, 'parley/data'))).toBe(true);
    },
    scaled(400_000),
  );
});

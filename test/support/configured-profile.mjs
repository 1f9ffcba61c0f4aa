// PostgreSQL and Redis as an operator would bring them: TEST_DATABASE_URL and TEST_REDIS_URL, or servers found
// on this machine and started on private ports, or, as root on Debian, installed first.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** No test ends the machine, so nothing has to reach the disk: a database is dropped in 50 ms, not in a second. */
export const WITHOUT_DISK = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * @param {string} scratch directory of their data
 * @param {string[]} settings of PostgreSQL, when it is started here
 * @returns {Promise<{databaseUrl: string, redisUrl: string, postgresPid?: number, summary: string, stop(): Promise<void>}>}
 */
export async function startConfigured(scratch, settings = WITHOUT_DISK) {
  const postgres = process.env.TEST_DATABASE_URL
    ? existing('PostgreSQL', process.env.TEST_DATABASE_URL)
    : await startPostgres(scratch, settings);
  const redis = process.env.TEST_REDIS_URL
    ? existing('Redis', process.env.TEST_REDIS_URL.replace(/\/\d*$/, ''))
    : await startRedis(scratch).catch(async (error) => {
        await postgres.stop();
        throw error;
      });
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    postgresPid: postgres.pid,
    summary: `${postgres.summary}\n${redis.summary}`,
    stop: async () => void (await Promise.all([postgres.stop(), redis.stop()])),
  };
}

/** Programs of suites that put something before Parley or its servers. @returns without one: only its suite fails then */
export function programsOfSuites() {
  const programs = {};
  for (const [name, setting, debianPackage] of [
    ['nginx', 'PARLEY_TEST_NGINX'],
    ['pgbouncer', 'PARLEY_TEST_PGBOUNCER'],
    ['redis-server', 'PARLEY_TEST_REDIS_PROGRAM'],
    ['redis-cli', 'PARLEY_TEST_REDIS_CLI', 'redis-tools'],
    ['openssl', 'PARLEY_TEST_OPENSSL'],
    ['chromium', 'PARLEY_TEST_CHROMIUM'],
    ['curl', 'PARLEY_TEST_CURL'],
    ['python3', 'PARLEY_TEST_PYTHON'],
    ['prometheus', 'PARLEY_TEST_PROMETHEUS'],
    ['promtool', 'PARLEY_TEST_PROMTOOL', 'prometheus'],
  ]) {
    try {
      programs[setting] = findProgram(name) ?? install(debianPackage ?? name, () => findProgram(name));
    } catch (error) {
      console.log(error.message);
    }
  }
  return programs;
}

const existing = (name, url) => ({ url, summary: `${name} that was configured`, stop: async () => {} });

async function startPostgres(scratch, settings) {
  const bin = findPostgres() ?? install('postgresql', findPostgres, 'TEST_DATABASE_URL');
  const [owner, data] = [unprivileged(), join(scratch, 'configured-postgres')];
  mkdirSync(data, { recursive: true });
  if (owner) for (const dir of [scratch, data]) chownSync(dir, owner.uid, owner.gid);
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--locale=C'], {
    ...owner,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const port = await freePort();
  const flags = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'max_connections=200',
    ...settings.flatMap((setting) => ['-c', setting]),
  ];
  const server = spawn(join(bin, 'postgres'), [...flags, '-c', `unix_socket_directories=${data}`], {
    ...owner,
    stdio: 'ignore',
  });
  await untilListening(port, server);
  return {
    url: `postgres://parley@127.0.0.1:${port}/postgres`,
    pid: server.pid,
    summary: `PostgreSQL from ${bin}`,
    stop: () => end(server, 'SIGINT'),
  };
}

async function startRedis(scratch) {
  const program = findRedis() ?? install('redis-server', findRedis, 'TEST_REDIS_URL');
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', scratch];
  const server = spawn(program, flags, { stdio: 'ignore' });
  await untilListening(port, server);
  return {
    url: `redis://127.0.0.1:${port}`,
    summary: `Redis from ${program}`,
    stop: () => end(server, 'SIGTERM'),
  };
}

function findPostgres() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const debian = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => `/usr/lib/postgresql/${version}/bin`);
  return [...debian, ...path()].find((dir) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(dir, name))),
  );
}

function findRedis() {
  const files = path().flatMap((dir) => [join(dir, 'redis-server'), join(dir, 'valkey-server')]);
  return files.find((file) => existsSync(file));
}

/** Debian has some where only root's PATH leads. */
function findProgram(name) {
  return [...path(), '/usr/sbin'].map((dir) => join(dir, name)).find((file) => existsSync(file));
}

const path = () => (process.env.PATH ?? '').split(delimiter);

/** @param setting that would name a server elsewhere */
function install(name, find, setting) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(`${name} is not on this machine; install it${setting ? `, or set ${setting}` : ''}`);
  console.log(`installing ${name} with apt-get`);
  /** @type {import('node:child_process').ExecFileSyncOptions} */
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  execFileSync('apt-get', ['update', '-qq'], quiet);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], quiet);
  const found = find();
  if (!found) throw new Error(`${name} could not be installed`);
  return found;
}

/** PostgreSQL refuses to run as root; Debian's package makes the user `postgres`. */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port, server) {
  for (const start = Date.now(); Date.now() - start < 20_000; await new Promise((r) => setTimeout(r, 100))) {
    if (server.exitCode !== null) throw new Error(`${server.spawnfile} ended with code ${server.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise((r) =>
      socket.once('connect', () => r(true)).once('error', () => r(false)),
    );
    socket.destroy();
    if (open) return;
  }
  server.kill('SIGKILL');
  throw new Error(`${server.spawnfile} did not listen within 20 s`);
}

async function end(server, signal) {
  if (server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}

/** Child processes: started, queried and stopped with deadlines. Only those that were started here are ended. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './within.mjs';

const DEADLINE = { start: 60_000, holdings: 15_000, end: 30_000 };
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];

/** The first core is the server's; the others are for all else, so that a ratio compares servers alone. */
const cores = allowedCores();
const [serverCore, ...rigCores] = cores;
const canPin = rigCores.length > 0 && spawnSync('taskset', ['--version']).status === 0;
export const placement = canPin
  ? `the server on core ${serverCore}, all else on ${rigCores.join(', ')}`
  : 'all on the same cores';

/** Moves this process, and with it whatever it starts from here on, off the server's core. */
export function leaveTheServerItsCore() {
  if (canPin) execFileSync('taskset', ['-apc', rigCores.join(), String(process.pid)], { stdio: 'ignore' });
}

/**
 * @typedef {object} StartOptions
 * @property {boolean} [server] gives it the server's core
 * @property {'all'} [cores] gives a server all cores
 * @property {boolean} [probed] makes it report its open handles (`holdingsOf`)
 * @property {string[]} [args] of Node
 * @property {NodeJS.ProcessEnv} [env] added to the bare minimum
 * @property {'inherit' | 'pipe'} [stdout]
 * @property {string} [cwd]
 */

/**
 * Starts one of the benchmark's own programs, which sends `{ url }` or `{}` once it is ready.
 * @param {StartOptions} options
 */
export async function startProgram(file, options = {}) {
  const child = start(fileURLToPath(new URL(`../${file}`, import.meta.url)), options);
  const { url } = await answerOf(child, DEADLINE.start);
  return { child, url };
}

/**
 * Starts a built program of Parley's, which prints where it listens.
 * @param {StartOptions} options
 * @returns with `printed`, the lines of its output so far
 */
export async function startParley(main, options) {
  const child = start(main, { ...options, server: true, stdout: 'pipe' });
  const lines = createInterface({ input: child.stdout });
  const printed = [];
  const listening = new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      printed.push(line);
      const url = /^Parley listens on (http:\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
    lines.once('close', () => reject(new Error('Parley ended while it started')));
  });
  const url = await within(DEADLINE.start, listening, 'Parley did not start');
  return { child, url, printed };
}

/** Sends a message to a child and waits for its answer; one question at a time. */
export function ask(child, question, withinMs) {
  child.send(question);
  return answerOf(child, withinMs);
}

/** What a probed server holds when its garbage is collected: `rss` and `heapUsed` in bytes, `sockets`. */
export const holdingsOf = ({ child }) => ask(child, {}, DEADLINE.holdings);

/** Asks a child to end, then makes it. */
export async function end({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await within(DEADLINE.end, exited).catch(() => child.kill('SIGKILL'));
}

export const endAll = () => Promise.all(children.map((child) => end({ child })));

/**
 * @param {StartOptions} options
 * @returns {import('node:child_process').ChildProcess}
 */
function start(file, options) {
  const {
    server = false,
    cores: wished,
    probed = false,
    args = [],
    env = {},
    stdout = 'inherit',
    cwd,
  } = options;
  const probe = probed ? ['--expose-gc', '--import', new URL('probe.mjs', import.meta.url).href] : [];
  const command = [process.execPath, ...probe, ...args, file];
  // It becomes the program: the pid and the channel stay the same.
  if (server && canPin)
    command.unshift('taskset', '-c', wished === 'all' ? cores.join() : String(serverCore));
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
    // A group of its own: Ctrl-C reaches the benchmark alone, which then ends it.
    detached: true,
  });
  children.push(child);
  return child;
}

async function answerOf(child, ms) {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code}`);
  });
  try {
    const answered = Promise.race([once(child, 'message', { signal }), ended]);
    const [answer] = await within(ms, answered, 'no answer');
    if (answer.error) throw new Error(answer.error);
    return answer;
  } finally {
    // Neither is waited for any more.
    settled.abort();
  }
}

function allowedCores() {
  const [, list = '0'] = /^Cpus_allowed_list:\s+(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

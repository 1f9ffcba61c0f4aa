import { transformFileSync } from '@swc/core';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { EmbeddedEngines, EmbeddedOptions } from '../../src/embedded/embedded-engines.js';
import { shortHash } from '../../src/embedded/postgres/postgres-data.js';
import {
  endProcesses,
  findByCommand,
  identify,
  isRunning,
  type ProcessIdentity,
} from '../../src/embedded/processes.js';

/** A program that starts engines as main.ts does, in a process of its own that a test can kill. */
const parleyScript = `
  import { startEmbedded } from './embedded/embedded-engines.js';
  import { EmbeddedError } from './embedded/embedded-error.js';
  const onRestart = (message) => process.send({ kind: 'restarting', message });
  try {
    const engines = await startEmbedded({ ...JSON.parse(process.argv[2]), onRestart });
    process.send({ kind: 'started', engines });
    engines.failed.then(({ message }) => process.send({ kind: 'failed', message }));
    process.once('message', () => Promise.all([engines.stop(), engines.stop()]).then(() => process.exit(0)));
  } catch (error) {
    process.send({ kind: 'refused', message: error.message, known: error instanceof EmbeddedError }, () => process.exit(1));
  }`;

export interface Message {
  kind: 'started' | 'restarting' | 'failed' | 'refused';
  engines: EmbeddedEngines;
  message: string;
  known: boolean;
}

export type Launched = { parley: ChildProcess } & Message;

/** A folder with the embedded engines' code in it, so that all their processes can be told by their command line. */
export class EmbeddedSandbox {
  readonly root: string;
  readonly dataDir: string;
  private readonly started: ChildProcess[] = [];

  /** @param scripts further programs by file name; they import from `./embedded/` */
  constructor(scripts: Record<string, string> = {}) {
    this.root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'parley-embedded-')));
    fs.chmodSync(this.root, 0o755); // PostgreSQL's OS user, when the tests run as root, must get through
    this.dataDir = path.join(this.root, 'data');
    const source = path.resolve('src');
    const embedded = fs.readdirSync(path.join(source, 'embedded'), { recursive: true, encoding: 'utf8' });
    const files = [...embedded.map((name) => path.join('embedded', name)), 'common/built-file.ts'];
    for (const name of files.filter((file) => /(?<!\.spec)\.ts$/.test(file))) {
      const { code } = transformFileSync(path.join(source, name), { sourceMaps: false });
      const compiled = path.join(this.root, name.replace(/\.ts$/, '.js'));
      fs.mkdirSync(path.dirname(compiled), { recursive: true });
      fs.writeFileSync(compiled, code);
    }
    fs.symlinkSync(path.resolve('node_modules'), path.join(this.root, 'node_modules'));
    fs.writeFileSync(path.join(this.root, 'package.json'), '{"type":"module"}');
    for (const [name, text] of Object.entries({ 'parley.js': parleyScript, ...scripts }))
      fs.writeFileSync(path.join(this.root, name), text);
  }

  run(script: string, argument: string): ChildProcess {
    const file = path.join(this.root, script);
    const child = fork(file, [argument], { stdio: 'ignore', execArgv: [], cwd: this.root });
    this.started.push(child);
    return child;
  }

  async launch(options: Partial<EmbeddedOptions> = {}): Promise<Launched> {
    const all = { dataDir: this.dataDir, postgres: true, redis: true, ...options };
    const parley = this.run('parley.js', JSON.stringify(all));
    const [message] = (await Promise.race([
      once(parley, 'message'),
      once(parley, 'exit').then(([code]) => Promise.reject(new Error(`the program ended with ${code}`))),
    ])) as [Message];
    return { parley, ...message };
  }

  /** Every process of the test's Parleys: they themselves, supervisors, PostgreSQL with its children, a native Redis. */
  serving(): ProcessIdentity[] {
    const cluster = `parley-${shortHash(path.join(this.dataDir, 'postgres'))}`;
    const found = [...findByCommand(this.root), ...findByCommand(cluster)].flatMap(
      ({ pid }) => identify(pid) ?? [],
    );
    return [...found, ...Object.values(this.readLock())].filter(isRunning);
  }

  /** What `parley.lock` says. */
  readLock(directory = this.dataDir): Record<string, ProcessIdentity> {
    const file = path.join(directory, 'parley.lock');
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{}';
    return JSON.parse(text) as Record<string, ProcessIdentity>;
  }

  /** Of the PostgreSQL server itself. */
  postgresPid(): number {
    return Number(fs.readFileSync(path.join(this.dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  }

  /** @returns whether all had ended within 15 s */
  kill(...processes: ProcessIdentity[]): Promise<boolean> {
    return endProcesses(() => processes.filter(isRunning).map(({ pid }) => pid), [['SIGKILL', 15_000]]);
  }

  killStarted(): void {
    for (const child of this.started.splice(0)) child.kill('SIGKILL');
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** One statement over a connection of its own. */
export async function query(url: string | undefined, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Adds a row and counts those before it: what was committed before any kill must be there. */
export async function addRow(url: string | undefined): Promise<unknown> {
  await query(url, 'create table if not exists kept (id int)');
  const counted = 'with added as (insert into kept values (1)) select count(*)::int from kept';
  const [row] = await query(url, counted);
  return row!['count'];
}

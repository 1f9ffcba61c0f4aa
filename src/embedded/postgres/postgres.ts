import { spawn, type ChildProcess, type IOType } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from '../embedded-error.js';
import { endChild, exitOf, freePort, isAlive, type Engine } from '../engine.js';
import { guardEngine } from '../engine-guard.js';
import { logHint, logFile } from '../engine-log.js';
import { isRoot, runAs } from '../os-user.js';
import { findPostgresBinaries, postgresEnv, type PostgresBinaries } from './postgres-binaries.js';
import {
  initdb,
  locatePostgres,
  readPassword,
  sharedDirectory,
  shortHash,
  superuser,
  type PostgresLocation,
} from './postgres-data.js';
import { commandOf, endProcesses, findByCommand, type SignalSequence } from '../processes.js';

const STARTS = 4;
/** Long enough to replay the 256 MB of log that a crash can leave. */
const READY_MS = 60_000;
/** Fast shutdown (clients cut, a checkpoint), then without a checkpoint, then SIGKILL. */
const STOP: SignalSequence = [
  ['SIGINT', 6_000],
  ['SIGQUIT', 1_000],
  ['SIGKILL', 1_000],
];

/** A small footprint for one application on one machine; acknowledged commits are durable. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  // no replication, I/O workers or parallel queries: unnecessary processes for a small database
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // server messages only, not failed statements: the log must not grow, or contain user data
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/**
 * Starts the PostgreSQL of a data directory, which the caller has locked; creates its database on the first start.
 * @param choosePort returns another port for each attempt
 * @param output destination of the server's log; by default that of this process
 * @throws EmbeddedError
 */
export async function startPostgres(
  dataDir: string,
  choosePort = freePort,
  output: IOType = 'inherit',
): Promise<Engine> {
  const place = locatePostgres(dataDir);
  const binaries = findPostgresBinaries(isRoot() ? sharedDirectory : dataDir, place.user);
  if (!place.exists) await initdb(dataDir, place, binaries);
  const directory = realpathSync(place.directory);
  const password = readPassword(directory);
  refuseOtherMajor(directory, binaries);
  const clusterName = `parley-${shortHash(directory)}`;
  await endOrphans(directory, clusterName);

  // Retried: another program may take the port before PostgreSQL binds it, and a start right after initdb was seen
  // to fail once.
  for (let attempt = 1; attempt <= STARTS; attempt++) {
    const port = await choosePort();
    const server = run(binaries, { ...place, directory }, port, clusterName, output);
    const exited = exitOf(server, 'The embedded PostgreSQL');
    if (server.pid) void exited.then(guardEngine(server.pid, 'QUIT'));
    if (await isReady(server, directory)) {
      return {
        url: `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`,
        summary: summaryOf({ ...place, directory }, binaries),
        exited,
        stop: () => endChild(server, STOP),
      };
    }
    if (isAlive(server)) {
      await endChild(server, STOP);
      break; // not refused but stuck: it would be again
    }
    await sleep(attempt * 200);
  }
  throw new EmbeddedError(
    `The embedded PostgreSQL of DATA_DIR ${dataDir} did not start${logHint(dataDir)}; see ${logFile(dataDir)}.`,
  );
}

function run(
  binaries: PostgresBinaries,
  place: PostgresLocation,
  port: number,
  clusterName: string,
  output: IOType,
): ChildProcess {
  const options = Object.entries({ ...settings, port: String(port), cluster_name: clusterName });
  return spawn(
    binaries.postgres,
    ['-D', place.directory, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...runAs(place.user),
      env: postgresEnv,
      cwd: '/',
      stdio: ['ignore', output, output],
    },
  );
}

/** PostgreSQL writes its state to line 8 of postmaster.pid, which pg_ctl also polls. */
async function isReady(server: ChildProcess, directory: string): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && isAlive(server)) {
    const lines = readPidFile(directory);
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return true;
    await sleep(10);
  }
  return false;
}

function readPidFile(directory: string): string[] {
  try {
    return readFileSync(path.join(directory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/**
 * Ends a server of this cluster that outlived its supervisor. Its processes are found by program and by the
 * cluster's name in their command lines: the pid in postmaster.pid may be missing or reused.
 */
async function endOrphans(directory: string, clusterName: string): Promise<void> {
  const find = (): number[] => findByCommand(clusterName, 'postgres').map(({ pid }) => pid);
  // Excludes the server's children, titled "postgres: …", which exit with it; signals have other meanings for them.
  const findServer = (): number[] =>
    findByCommand(clusterName, 'postgres')
      .filter(({ command }) => !command.startsWith('postgres:'))
      .map(({ pid }) => pid);
  if (
    !(await endProcesses(findServer, STOP)) ||
    !(await endProcesses(find, [
      [0, 2_000],
      ['SIGKILL', 1_000],
    ]))
  ) {
    throw new EmbeddedError(
      `A former PostgreSQL of DATA_DIR ${directory} (pid ${find().join(', ')}) cannot be stopped: stop it by hand.`,
    );
  }
  // PostgreSQL refuses to start while its pid file is damaged or names a reused pid. A pid of a PostgreSQL not
  // started by Parley is left for PostgreSQL to judge.
  const pid = Number(readPidFile(directory)[0]);
  const isForeignServer = pid > 0 && /^(\S*\/)?postgres\b(?!.*parley-)/.test(commandOf(pid));
  if (!isForeignServer) rmSync(path.join(directory, 'postmaster.pid'), { force: true });
}

function refuseOtherMajor(directory: string, binaries: PostgresBinaries): void {
  const made = readFileSync(path.join(directory, 'PG_VERSION'), 'utf8').trim();
  if (made === binaries.version.split('.')[0]) return;
  throw new EmbeddedError(
    `The database in DATA_DIR (${directory}) was made by PostgreSQL ${made} and this Parley brings ${binaries.version}: move it with pg_dump, or set DATABASE_URL.`,
  );
}

function summaryOf({ directory, user }: PostgresLocation, { version, copiedTo }: PostgresBinaries): string {
  const moved = directory.startsWith(`${sharedDirectory}/`);
  const shown = path.relative(process.cwd(), directory);
  return [
    `PostgreSQL ${version} (embedded, ${shown.startsWith('..') ? directory : shown}`,
    user ? `, as the OS user ${user.name}` : '',
    moved ? ', who cannot reach DATA_DIR' : '',
    copiedTo ? `; programs copied to ${copiedTo}` : '',
    ')',
  ].join('');
}

import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from '../embedded-error.js';
import { endChild, exitOf } from '../engine.js';
import { logHint, logFile } from '../engine-log.js';
import {
  canAccess,
  findUser,
  isRoot,
  makeOpenDirectory,
  postgresUser,
  runAs,
  type OsUser,
} from '../os-user.js';
import { postgresEnv, type PostgresBinaries } from './postgres-binaries.js';

/** PostgreSQL's directory when run as root and DATA_DIR is inaccessible to PostgreSQL's OS user. */
export const sharedDirectory = '/var/lib/parley';

export const superuser = 'parley';
const passwordFile = 'parley-password';

/** Deadline of initdb in ms; it usually takes 1 to 2 s. */
const INITDB_MS = 120_000;

/** Location of a cluster, existing or not, and its OS user (undefined: the current one). */
export interface PostgresLocation {
  directory: string;
  user: OsUser | undefined;
  exists: boolean;
}

/**
 * Selects the location of PostgreSQL's files: `postgres` in the data directory, or, if root's data directory is
 * inaccessible to others, below /var/lib/parley with a link of that name.
 * @throws EmbeddedError when no location is usable
 */
export function locatePostgres(dataDir: string): PostgresLocation {
  const named = path.join(dataDir, 'postgres');
  if (holdsSomething(named)) return existing(named);
  if (!isRoot()) return { directory: named, user: undefined, exists: false };

  const user = postgresUser();
  if (!user) {
    throw new EmbeddedError(
      'PostgreSQL does not run as root and there is no OS user postgres or nobody: start Parley as another user, or set DATABASE_URL.',
    );
  }
  if (canAccess(dataDir, user)) return { directory: named, user, exists: false };
  const elsewhere = path.join(sharedDirectory, shortHash(fs.realpathSync(dataDir)), 'postgres');
  if (holdsSomething(elsewhere)) {
    throw new EmbeddedError(
      `DATA_DIR ${dataDir} has lost its link postgres to ${elsewhere}: make the link again, or move that directory away.`,
    );
  }
  return { directory: elsewhere, user, exists: false };
}

function holdsSomething(directory: string): boolean {
  try {
    return fs.readdirSync(directory).length > 0;
  } catch (error) {
    // A dangling link refers to a database elsewhere, and an unreadable directory belongs to another user.
    return (
      (error as NodeJS.ErrnoException).code !== 'ENOENT' ||
      fs.lstatSync(directory, { throwIfNoEntry: false }) !== undefined
    );
  }
}

function existing(named: string): PostgresLocation {
  let directory: string;
  try {
    directory = fs.realpathSync(named);
  } catch {
    throw new EmbeddedError(
      `The database of DATA_DIR was moved to ${fs.readlinkSync(named)}, which does not exist: restore it, or remove the link ${named} to begin anew.`,
    );
  }
  const { uid, gid } = fs.statSync(directory);
  if (!isRoot()) {
    if (uid !== process.getuid?.()) {
      throw new EmbeddedError(
        `${directory} in DATA_DIR belongs to the OS user ${findUser(uid)?.name ?? uid}: start Parley as that user, or set another DATA_DIR.`,
      );
    }
    return { directory, user: undefined, exists: true };
  }
  // As its owner, so that the same directory serves that user without root as well; root's own is a restored copy.
  const user = uid === 0 ? postgresUser() : (findUser(uid) ?? { name: String(uid), uid, gid });
  if (user && uid === 0) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, directory]);
  if (!user || !canAccess(directory, user)) {
    throw new EmbeddedError(
      `The OS user ${user?.name ?? 'postgres'} that PostgreSQL runs as cannot reach ${directory}: open its parent directories, or set another DATA_DIR.`,
    );
  }
  return { directory, user, exists: true };
}

/**
 * Creates the cluster under a temporary name and renames it when complete, including the password: an interrupted
 * start leaves nothing that could be mistaken for a database.
 */
export async function initdb(
  dataDir: string,
  place: PostgresLocation,
  binaries: PostgresBinaries,
): Promise<void> {
  const { directory, user } = place;
  makeOpenDirectory(path.dirname(directory));
  removeUnfinished(directory);
  const fresh = `${directory}.new-${randomBytes(4).toString('hex')}`;
  const password = `${fresh}.password`;
  fs.mkdirSync(fresh, { mode: 0o700 });
  fs.writeFileSync(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (user) for (const file of [fresh, password]) fs.chownSync(file, user.uid, user.gid);

  // The built-in C.UTF-8 supports letters beyond ASCII and sorts the same whatever the machine's libc.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const child = spawn(
    binaries.initdb,
    [
      `--pgdata=${fresh}`,
      `--username=${superuser}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      ...locale,
    ],
    { ...runAs(user), env: postgresEnv, cwd: '/', stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const late = setTimeout(
    () =>
      void endChild(child, [
        ['SIGTERM', 5_000],
        ['SIGKILL', 1_000],
      ]),
    INITDB_MS,
  );
  await exitOf(child, 'initdb');
  clearTimeout(late);
  if (child.exitCode !== 0) {
    removeUnfinished(directory);
    const words = logHint(dataDir);
    if (words.includes('could not look up effective user ID'))
      throw new EmbeddedError(
        `The OS user ${process.getuid?.()} has no name, which PostgreSQL needs to make its database in DATA_DIR ${dataDir}: add the user to /etc/passwd, start Parley as one that has a name, or set DATABASE_URL.`,
      );
    throw new EmbeddedError(
      `The embedded PostgreSQL could not make its database in DATA_DIR ${dataDir}${words}; see ${logFile(dataDir)}.`,
    );
  }
  fs.renameSync(password, path.join(fresh, passwordFile));
  fs.renameSync(fresh, directory);
  const named = path.join(dataDir, 'postgres');
  if (named !== directory) fs.symlinkSync(directory, named);
}

function removeUnfinished(directory: string): void {
  for (const name of fs.readdirSync(path.dirname(directory))) {
    if (!name.startsWith(`${path.basename(directory)}.new-`)) continue;
    try {
      fs.rmSync(path.join(path.dirname(directory), name), { recursive: true, force: true });
    } catch {
      // an initdb that outlived its start still writes there: the next start removes it
    }
  }
}

/** The password of a cluster; it travels with the cluster's files. */
export function readPassword(directory: string): string {
  try {
    return fs.readFileSync(path.join(directory, passwordFile), 'utf8').trim();
  } catch {
    throw new EmbeddedError(
      `${directory} in DATA_DIR is not a database of Parley's (no ${passwordFile}): set another DATA_DIR.`,
    );
  }
}

/** A hash that identifies a directory, short enough for PostgreSQL's cluster_name. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

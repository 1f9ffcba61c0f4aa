import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';

/** An OS user that a program can be started as. */
export interface OsUser {
  name: string;
  uid: number;
  gid: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Spawn options for running a program as the user; empty for the current user. */
export function runAs(user: OsUser | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

/** Looks an OS user up by name or number. */
export function findUser(nameOrUid: string | number): OsUser | undefined {
  // `id` queries all account sources of the system (files, LDAP …), of which /etc/passwd is only one.
  const ask = (...args: string[]): string =>
    execFileSync('id', [...args, String(nameOrUid)], {
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 5_000,
    }).trim();
  try {
    return { name: ask('-un'), uid: Number(ask('-u')), gid: Number(ask('-g')) };
  } catch {
    return undefined;
  }
}

/**
 * OS user for PostgreSQL, which refuses to run as root, while initdb needs a user with a name: `postgres`, created
 * if missing, or else (no useradd, a read-only system) `nobody`.
 */
export function postgresUser(): OsUser | undefined {
  return findUser('postgres') ?? createPostgresUser() ?? findUser('nobody');
}

function createPostgresUser(): OsUser | undefined {
  const options = { stdio: 'ignore', timeout: 10_000 } as const;
  spawnSync('groupadd', ['--system', '--force', 'postgres'], options);
  spawnSync(
    'useradd',
    ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
    options,
  );
  return findUser('postgres');
}

/** Whether the user can enter the directory. Asked of the system: mode bits alone leave out ACLs and mount options. */
export function canAccess(directory: string, user: OsUser): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...runAs(user), stdio: 'ignore', cwd: '/' })
      .status === 0
  );
}

/** Creates a directory accessible to other users, whatever the umask; an existing one is unchanged. */
export function makeOpenDirectory(directory: string): void {
  if (mkdirSync(directory, { recursive: true })) chmodSync(directory, 0o755);
}

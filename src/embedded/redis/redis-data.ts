import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from '../embedded-error.js';
import { findUser } from '../os-user.js';

/**
 * The data folder of the embedded Redis (rooms, runs, queue); created if missing.
 * @throws EmbeddedError when it belongs to another user
 */
export function locateRedis(dataDir: string): string {
  const directory = path.join(dataDir, 'redis');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const file of [directory, ...readdirSync(directory).map((name) => path.join(directory, name))])
      accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    const owner = statSync(directory, { throwIfNoEntry: false })?.uid;
    const belongs =
      owner === undefined || owner === process.getuid?.()
        ? `cannot be written to (${(error as Error).message})`
        : `belongs to the OS user ${findUser(owner)?.name ?? owner}`;
    throw new EmbeddedError(
      `${directory} in DATA_DIR ${belongs}: start Parley as the user who owns it, or set another DATA_DIR.`,
    );
  }
  return directory;
}

/** File with the running server's URL, including the password, for other programs of Parley. */
export const redisAddressFile = (dataDir: string) => path.join(dataDir, 'redis-address');

/** @param url undefined after its exit */
export function recordRedisAddress(dataDir: string, url: string | undefined): void {
  const file = redisAddressFile(dataDir);
  rmSync(file, { force: true });
  if (url) writeFileSync(file, url, { mode: 0o600 });
}

/**
 * Renames data that a server could not load, so that it can start empty.
 * @returns the new name; undefined when the folder was empty
 */
export function setAside(directory: string): string | undefined {
  if (readdirSync(directory).length === 0) return undefined;
  const aside = `${directory}.unreadable-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(directory, aside);
  mkdirSync(directory, { mode: 0o700 });
  return aside;
}

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SettingError } from './env.js';

/** Shorter secrets can be guessed; with an empty one anyone could sign tokens. */
const MIN_LENGTH = 32;

/**
 * A secret made once and kept in the folder, so that tokens survive a restart. The file is there whole or not at all:
 * it is written under another name and synced first.
 * @throws SettingError for a file with less than a secret in it
 * @throws the error of the file system
 */
export function readOrMakeSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret');
  if (!existsSync(file)) makeSecret(dataDir, file);
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length >= MIN_LENGTH) return secret;
  throw new SettingError(
    `${file} holds ${secret.length} characters and should hold ${MIN_LENGTH} or more: delete it to have another secret made, which ends every log-in, or set JWT_SECRET`,
  );
}

/** Replaces the secret of the folder, whole or not at all. */
export function replaceSecret(dataDir: string, secret: string): void {
  const file = join(dataDir, 'jwt-secret');
  const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeSynced(aside, secret);
  renameSync(aside, file);
  sync(dataDir);
}

function makeSecret(dataDir: string, file: string): void {
  const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeSynced(aside, randomBytes(48).toString('base64url'));
    putInPlace(aside, file);
    sync(dataDir);
  } finally {
    rmSync(aside, { force: true });
  }
}

function writeSynced(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A link, unlike a rename, lets exactly one of two processes that start together have its secret there. */
function putInPlace(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // Not every file system has links.
    renameSync(aside, file);
  }
}

/** Makes the new name last. Windows cannot open folders, and some file systems cannot sync them. */
function sync(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return;
  }
}

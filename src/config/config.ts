import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SettingError, type Env } from './env.js';
import { readSettings } from './read-env.js';

/** The settings of this process, checked once. The token under which Nest hands them out. */
export class Config {
  readonly env: Env;
  /** What a person should know about how the settings were read, in sentences without values. */
  readonly notices: readonly string[];
  /** Absolute path of `DATA_DIR`. */
  readonly dataDir: string;
  /** Address to listen on: the loopback address unless set or in production. */
  readonly host: string;
  readonly jwtSecret: string;

  /** @param embedded which servers this process brings along: their addresses in `env` were not set by anybody */
  constructor(
    source: Record<string, string | undefined> = process.env,
    readonly embedded = { postgres: false, redis: false },
  ) {
    const { env, notices } = readSettings(source);
    this.env = env;
    this.notices = notices;
    this.dataDir = resolve(this.env.DATA_DIR);
    this.host = this.env.HOST ?? (this.env.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1');
    prepareDataDir(this.dataDir);
    this.jwtSecret = this.env.JWT_SECRET ?? keptSecret(this.dataDir);
  }

  /** No other process uses the database, since it is the embedded one of this process. */
  get isSole(): boolean {
    return this.embedded.postgres;
  }

  /** Rooms are open to everybody as documented, except in production. */
  get roomsNeedToken(): boolean {
    return (this.env.ROOMS_AUTH ?? (this.env.NODE_ENV === 'production' ? 'required' : 'none')) === 'required';
  }

  /** True when a chat model other than the offline one is configured. */
  get hasModel(): boolean {
    return Boolean(this.env.OPENAI_API_KEY || this.env.OPENAI_BASE_URL);
  }
}

/** Makes the folder when it is missing. */
function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const isFile = statSync(dataDir, { throwIfNoEntry: false })?.isFile();
    throw new SettingError(
      `DATA_DIR ${dataDir} ${isFile ? 'is a file' : `cannot be written to (${(error as Error).message})`}: set it to a folder that this user may write to`,
    );
  }
}

/** A secret made once and kept beside the data, so that tokens survive a restart. */
function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret');
  try {
    // 'wx' lets exactly one of two processes that start together write it.
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new SettingError(`DATA_DIR cannot be written: ${(error as Error).message}`);
  }
  return readFileSync(file, 'utf8');
}

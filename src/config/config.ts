import { resolve } from 'node:path';
import { availableCpus } from './available-cpus.js';
import { storedSecret, prepareDataDir } from './data-dir.js';
import type { Env } from './env.js';
import { readSettings } from './read-env.js';

/** Of the variables that `MCP_SERVERS_FILE` may name: it can send no other setting anywhere. */
export const MCP_SECRET_PREFIX = 'MCP_SECRET_';

/** Servers that this process embeds. */
export interface Embedded {
  postgres: boolean;
  redis: boolean;
}

/** The primary process of an API worker (`WORKERS`), which runs the jobs that one process does for all workers. */
export interface PrimaryProcess {
  /** No other worker has been started before this one. */
  isFirstWorker: boolean;
  /** Local embeddings. @throws Error */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  /** The metrics of all processes together, in Prometheus' text format. @throws Error */
  metrics(): Promise<string>;
}

/** The settings of this process, checked once. The token under which Nest hands them out. */
export class Config {
  readonly env: Env;
  /** Warnings about how the settings were read, in sentences without values. */
  readonly notices: readonly string[];
  /** Absolute path of `DATA_DIR`. */
  readonly dataDir: string;
  /** Address to listen on: the loopback address unless set or in production. */
  readonly host: string;
  readonly jwtSecret: string;
  /** Variables that the headers of MCP servers may name. */
  readonly mcpSecrets: Readonly<Record<string, string>>;

  /**
   * @param embedded their addresses in `env` were not configured
   * @param primary none where one process is all there is
   */
  constructor(
    source: Record<string, string | undefined> = process.env,
    readonly embedded: Embedded = { postgres: false, redis: false },
    readonly primary?: PrimaryProcess,
  ) {
    const { env, notices } = readSettings(source);
    this.env = env;
    this.notices = notices;
    this.dataDir = resolve(this.env.DATA_DIR);
    this.host = this.env.HOST ?? (this.env.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1');
    prepareDataDir(this.dataDir);
    this.mcpSecrets = secretsIn(source);
    this.jwtSecret = this.env.JWT_SECRET ?? storedSecret(this.dataDir);
  }

  /** The environment with settings that win over it. */
  static over(settings: Record<string, string>, embedded: Embedded, primary?: PrimaryProcess): Config {
    return new Config({ ...process.env, ...settings }, embedded, primary);
  }

  /** The environment on engines that may have been started in place of servers. */
  static on(engines: { databaseUrl?: string; redisUrl?: string }, more: Record<string, string> = {}): Config {
    const { databaseUrl, redisUrl } = engines;
    return Config.over(
      {
        ...more,
        ...(databaseUrl && { DATABASE_URL: databaseUrl }),
        ...(redisUrl && { REDIS_URL: redisUrl }),
      },
      { postgres: Boolean(databaseUrl), redis: Boolean(redisUrl) },
    );
  }

  /** No other process uses the database yet, since it is the embedded one of this process. */
  get isSole(): boolean {
    return this.embedded.postgres && (this.primary?.isFirstWorker ?? true);
  }

  /** API processes on this machine's port. `auto` leaves a core to PostgreSQL, Redis and the primary process. */
  get workers(): number {
    const { WORKERS } = this.env;
    return WORKERS === 'auto' ? Math.max(1, availableCpus() - 1) : WORKERS;
  }

  /** Rooms are open to everybody as documented, except in production. */
  get roomsNeedToken(): boolean {
    return (this.env.ROOMS_AUTH ?? (this.env.NODE_ENV === 'production' ? 'required' : 'none')) === 'required';
  }

  /** Swagger UI and the OpenAPI document disclose every route: in production only where enabled. */
  get servesDocs(): boolean {
    return (this.env.API_DOCS ?? (this.env.NODE_ENV === 'production' ? 'off' : 'on')) === 'on';
  }

  /** True when a chat model other than the offline one is configured. */
  get hasModel(): boolean {
    return Boolean(this.env.OPENAI_API_KEY || this.env.OPENAI_BASE_URL);
  }
}

const secretsIn = (source: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) =>
      name.startsWith(MCP_SECRET_PREFIX) && value?.trim() ? [[name, value.trim()] as const] : [],
    ),
  );

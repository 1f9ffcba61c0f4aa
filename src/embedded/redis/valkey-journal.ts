import { createReadStream, existsSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';
import { logLine } from '../engine-log.js';
import { dumpKeys, listKeys, restore, type KeyName, type KeyState } from './key-dumps.js';

/** Delay in ms of writing changes after the first of them; longer when writing is slow. */
const PAUSE_MS = 200;
/** At most a tenth of the time is spent on writing … */
const REST = 9;
/** Maximum write rate. */
const BYTES_PER_SECOND = 2 * 2 ** 20;
/** The journal is compacted when it has doubled since the last compaction, and grown by at least this. */
const SLACK_BYTES = 8 * 2 ** 20;
/** Keys per batch; other commands are served in between. */
const PAGE = 200;

/**
 * Journal of Valkey as WebAssembly, which has no append-only file as it can neither fork nor access a disk: a file
 * of JSON lines, each with the whole value of a changed key; the last line of a key wins. Changed keys are received
 * by subscription (keyspace notifications). A line truncated by a crash is the last one and is ignored.
 */
export class ValkeyJournal {
  private readonly changed = new Map<string, KeyName>();
  private file?: FileHandle;
  private size = 0;
  private compactAt = SLACK_BYTES;
  private timer?: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  private isClosed = false;

  private constructor(
    private readonly name: string,
    private readonly redis: Redis,
    private readonly subscriber: Redis,
  ) {}

  /**
   * Loads the journal into the empty server, and records changes from then on. Takes ownership of both connections.
   * @param redis a connection on which no other code selects a database
   */
  static async open(directory: string, redis: Redis): Promise<ValkeyJournal> {
    const subscriber = redis.duplicate();
    subscriber.on('error', () => undefined);
    const journal = new ValkeyJournal(path.join(directory, 'journal.jsonl'), redis, subscriber);
    await journal.load();
    subscriber.on('pmessage', (_pattern, channel: string) => journal.onChange(channel));
    await redis.config('SET', 'notify-keyspace-events', 'KA');
    await subscriber.psubscribe('__keyspace@*__:*');
    await journal.compact();
    return journal;
  }

  /** Flushes the last changes; the server's keys must not change any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    try {
      await this.subscriber.ping(); // answered after all earlier notifications
      await this.writing;
      await this.write();
    } finally {
      await this.abandon();
    }
  }

  /** Closes without the last changes: the server does not respond any more. */
  async abandon(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    for (const client of [this.redis, this.subscriber]) client.disconnect();
    await this.writing.catch(() => undefined);
    await this.file?.close();
    this.file = undefined;
  }

  private onChange(channel: string): void {
    const [, database = '0', key = ''] = /^__keyspace@(\d+)__:(.*)$/s.exec(channel) ?? [];
    this.changed.set(`${database} ${key}`, { database: Number(database), key });
    this.schedule(PAUSE_MS);
  }

  private schedule(ms: number): void {
    if (this.timer || this.isClosed) return;
    this.timer = setTimeout(() => {
      this.writing = this.writeAndRest();
    }, ms);
  }

  private async writeAndRest(): Promise<void> {
    const [began, before] = [performance.now(), this.size];
    await this.write().catch((error: unknown) =>
      logLine('the journal of Valkey could not be written', error),
    );
    const bytes = Math.max(0, this.size - before);
    const rest = Math.max(REST * (performance.now() - began), (bytes / BYTES_PER_SECOND) * 1_000);
    this.timer = undefined;
    if (this.changed.size > 0) this.schedule(Math.max(PAUSE_MS, rest));
  }

  private async write(): Promise<void> {
    const keys = [...this.changed.values()];
    this.changed.clear();
    await this.append(keys);
    await this.file?.datasync();
    if (this.size > this.compactAt) await this.compact();
  }

  private async append(keys: readonly KeyName[]): Promise<void> {
    for (let at = 0; at < keys.length; at += PAGE) {
      const states = await dumpKeys(this.redis, keys.slice(at, at + PAGE));
      const lines = states.map((state) => `${JSON.stringify(state)}\n`).join('');
      await this.file?.appendFile(lines);
      this.size += lines.length;
    }
  }

  /** Compacts the journal: rewrites it with the current keys; concurrent changes are appended. */
  private async compact(): Promise<void> {
    const fresh = `${this.name}.new`;
    const before = this.file;
    this.file = await open(fresh, 'w', 0o600);
    this.size = 0;
    for await (const keys of listKeys(this.redis, PAGE)) await this.append(keys);
    await this.file.datasync();
    await rename(fresh, this.name);
    await before?.close();
    this.compactAt = 2 * this.size + SLACK_BYTES;
  }

  private async load(): Promise<void> {
    if (!existsSync(this.name)) return;
    let states: KeyState[] = [];
    for await (const line of createInterface({ input: createReadStream(this.name) })) {
      const state = parse(line);
      if (state) states.push(state);
      if (states.length < PAGE) continue;
      await restore(this.redis, states);
      states = [];
    }
    await restore(this.redis, states);
  }
}

function parse(line: string): KeyState | undefined {
  try {
    return JSON.parse(line) as KeyState;
  } catch {
    return undefined; // cut short by a crash
  }
}

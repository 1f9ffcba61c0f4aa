import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { LogRedis } from '../adapters/redis/log-redis.js';
import { isTerminal, type LoggedEvent } from './run.js';

/** Consecutive events of a run without a gap; at least one. */
export interface RunBatch {
  runId: string;
  events: readonly LoggedEvent[];
}

/** Expiry of a run's log after its newest event, in seconds. */
const TTL_SECONDS = 600;
/** The same after the end of a run, which is stored: later readers get the reply from PostgreSQL. */
const ENDED_TTL_SECONDS = 60;
/** Maximum characters of events in one command; larger batches are split. */
const MAX_COMMAND = 256 * 1024;
/**
 * Command deadline of appends, in ms. Nothing waits for an append: a short stall of this process is no failure of
 * Redis.
 */
const APPEND_MS = 2_000;
/** Maximum entries read per run and command. */
const PAGE = 1_000;
const PREFIX = 'parley:run:';

/**
 * The shared log of runs: one Redis stream per run. An entry holds the events of one append, with the offset of the
 * last of them as its id: reading after an offset needs no search, and duplicate appends are ignored. It is a fast
 * copy, not the source of truth: it may lose anything at any time, which readers detect as gaps in the offsets.
 */
@Injectable()
export class RunLog implements OnApplicationShutdown {
  /** A separate connection, so that reads of watchers do not queue behind appends. */
  private readonly writer: (Redis | Cluster) & LogCommands;

  constructor(private readonly redis: LogRedis) {
    this.writer = redis.connect({ commandTimeout: APPEND_MS }) as Redis & LogCommands;
    this.writer.defineCommand('runAppend', { lua: APPEND, numberOfKeys: 0 });
    this.writer.defineCommand('runAppendOne', { lua: APPEND_ONE, numberOfKeys: 1 });
    this.writer.on('error', () => undefined); // the shared connection reports that Redis is unavailable
  }

  onApplicationShutdown(): void {
    this.writer.disconnect();
  }

  /**
   * Appends to several runs. All commands are sent before it returns; the promise settles with their responses.
   * @throws when the log may lack some of the events; all of them may be sent again
   */
  async append(batches: readonly RunBatch[]): Promise<void> {
    const answers: Promise<unknown>[] = [];
    let entries = '';
    for (const { runId, events } of batches) {
      const newest = events.at(-1)!;
      const ttl = isTerminal(newest) && newest.type !== 'waiting' ? ENDED_TTL_SECONDS : TTL_SECONDS;
      if (this.redis.isCluster) {
        answers.push(this.writer.runAppendOne(PREFIX + runId, `${newest.offset}-0`, ttl, encode(events)));
        continue;
      }
      entries += `${PREFIX}${runId}\n${newest.offset}-0\n${ttl}\n${encode(events)}\n`;
      if (entries.length < MAX_COMMAND) continue;
      answers.push(this.writer.runAppend(entries));
      entries = '';
    }
    if (entries) answers.push(this.writer.runAppend(entries));
    await Promise.all(answers);
  }

  /**
   * Events of several runs, each after an offset, up to a page; runs without new events are omitted. The first
   * events of a run may lie before the requested offset, or leave a gap after it.
   */
  read(after: ReadonlyMap<string, number>): Promise<Map<string, LoggedEvent[]>> {
    return this.page(this.redis.client, after);
  }

  /**
   * All logged events of a run, oldest first. Its deadline is longer than that of `read`: recovery depends on the
   * result.
   */
  async readAll(runId: string): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for (;;) {
      const page = await this.page(this.writer, new Map([[runId, events.at(-1)?.offset ?? 0]]));
      const newEvents = page.get(runId);
      if (!newEvents) return events;
      events.push(...newEvents);
    }
  }

  /** Whether the log holds an event at or after an offset. */
  async reaches(runId: string, offset: number): Promise<boolean> {
    return (await this.read(new Map([[runId, offset - 1]]))).has(runId);
  }

  /** Deletes the logs of runs. */
  async remove(runIds: readonly string[]): Promise<void> {
    const keys = runIds.map((runId) => PREFIX + runId);
    const groups = this.redis.isCluster ? keys.map((key) => [key]) : [keys];
    await Promise.all(groups.map((group) => this.writer.del(...group)));
  }

  private async page(
    redis: Redis | Cluster,
    after: ReadonlyMap<string, number>,
  ): Promise<Map<string, LoggedEvent[]>> {
    if (!this.redis.isCluster || after.size === 1) return this.readPage(redis, after);
    // Each run is in a slot of its own. Those of a failed node are missing, as if they had no new events.
    const runs = [...after].map((run) => this.readPage(redis, new Map([run])));
    const pages = (await Promise.allSettled(runs)).filter((page) => page.status === 'fulfilled');
    if (pages.length === 0) await Promise.any(runs);
    return new Map(pages.flatMap(({ value }) => [...value]));
  }

  private async readPage(
    redis: Redis | Cluster,
    after: ReadonlyMap<string, number>,
  ): Promise<Map<string, LoggedEvent[]>> {
    const keys = [...after.keys()].map((runId) => PREFIX + runId);
    const ids = [...after.values()].map((offset) => `${offset}-0`);
    const streams = (await redis.xread('COUNT', PAGE, 'STREAMS', ...keys, ...ids)) ?? [];
    return new Map(
      streams.map(([key, entries]) => [
        key.slice(PREFIX.length),
        entries.flatMap(([id, [, text = '[]']]) => decode(parseInt(id, 10), text)),
      ]),
    );
  }
}

interface LogCommands {
  /**
   * @param entries key, id, TTL in seconds and events of each entry, each on its own line: one argument is cheap, many
   * are not
   */
  runAppend(entries: string): Promise<unknown>;
  /** The same for one entry, with its key for a cluster. */
  runAppendOne(key: string, id: string, ttl: number, events: string): Promise<unknown>;
}

// An id not greater than the newest one is rejected: the entry is a duplicate.
const APPEND = `
  for key, id, ttl, events in string.gmatch(ARGV[1], '([^\\n]+)\\n([^\\n]+)\\n([^\\n]+)\\n([^\\n]+)\\n') do
    local answer = redis.pcall('XADD', key, id, 'e', events)
    if answer.err and not string.find(answer.err, 'equal or smaller') then return answer end
    redis.call('EXPIRE', key, ttl)
  end`;

const APPEND_ONE = `
  local answer = redis.pcall('XADD', KEYS[1], ARGV[1], 'e', ARGV[3])
  if answer.err and not string.find(answer.err, 'equal or smaller') then return answer end
  redis.call('EXPIRE', KEYS[1], ARGV[2])`;

/** Tokens are the most frequent events: they are encoded as bare strings. */
const encode = (events: readonly LoggedEvent[]) =>
  JSON.stringify(events.map((event) => (event.type === 'token' ? event.text : event)));

function decode(last: number, text: string): LoggedEvent[] {
  const events = JSON.parse(text) as (string | LoggedEvent)[];
  const first = last - events.length + 1;
  return events.map((event, i) =>
    typeof event === 'string' ? { type: 'token', text: event, offset: first + i } : event,
  );
}

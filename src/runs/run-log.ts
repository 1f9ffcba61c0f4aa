import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { LoggedEvent } from './run.js';

/** Events of a run that follow one another without a gap; at least one. */
export interface RunBatch {
  runId: string;
  events: readonly LoggedEvent[];
}

/** How long the log of a run is kept after its last event. */
const TTL_SECONDS = 600;
/** Characters of events a command may carry; more go in several. */
const MAX_COMMAND = 256 * 1024;
/** Nobody waits for what is appended: a moment in which this process is busy is no failure of Redis. */
const APPEND_MS = 2_000;
/** Entries read of one run at once. */
const PAGE = 1_000;
const PREFIX = 'parley:run:';

/**
 * The shared log of runs: a Redis stream for each. An entry holds events that were appended together and has the offset
 * of the last of them as its id, so that reading after an offset needs no search, and what is sent twice is kept once.
 * It is a fast copy, not the truth: it may lose anything at any time. Readers see that in the offsets.
 */
@Injectable()
export class RunLog implements OnApplicationShutdown {
  /** A connection of its own, so that no read of watchers waits behind what is appended. */
  private readonly writer: Redis & LogCommands;

  constructor(private readonly redis: Redis) {
    this.writer = redis.duplicate({ commandTimeout: APPEND_MS }) as Redis & LogCommands;
    this.writer.defineCommand('runAppend', { lua: APPEND, numberOfKeys: 0 });
    this.writer.on('error', () => undefined); // the shared connection reports that Redis is unavailable
  }

  onApplicationShutdown(): void {
    this.writer.disconnect();
  }

  /**
   * Appends to several runs at once. What it hands to the connection is on its way when it returns, before the promise
   * is settled.
   * @throws when the log may not have some of it; all of it may be sent again
   */
  async append(batches: readonly RunBatch[]): Promise<void> {
    const answers: Promise<unknown>[] = [];
    let entries = '';
    for (const { runId, events } of batches) {
      entries += `${PREFIX}${runId}\n${events.at(-1)!.offset}-0\n${encode(events)}\n`;
      if (entries.length < MAX_COMMAND) continue;
      answers.push(this.writer.runAppend(TTL_SECONDS, entries));
      entries = '';
    }
    if (entries) answers.push(this.writer.runAppend(TTL_SECONDS, entries));
    await Promise.all(answers);
  }

  /**
   * What several runs hold after an offset each, up to a page; runs with nothing new are left out.
   * The first events of a run may lie before the offset that was requested, or leave a gap behind it.
   */
  read(after: ReadonlyMap<string, number>): Promise<Map<string, LoggedEvent[]>> {
    return this.page(this.redis, after);
  }

  /** All that is kept of a run, oldest first. It waits longer for Redis than `read`: what depends on it is final. */
  async readAll(runId: string): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for (;;) {
      const page = await this.page(this.writer, new Map([[runId, events.at(-1)?.offset ?? 0]]));
      const news = page.get(runId);
      if (!news) return events;
      events.push(...news);
    }
  }

  /** Whether the log holds an event of a run or one behind it. */
  async reaches(runId: string, offset: number): Promise<boolean> {
    return (await this.read(new Map([[runId, offset - 1]]))).has(runId);
  }

  /** Forgets runs. */
  async remove(runIds: readonly string[]): Promise<void> {
    await this.writer.del(...runIds.map((runId) => PREFIX + runId));
  }

  private async page(redis: Redis, after: ReadonlyMap<string, number>): Promise<Map<string, LoggedEvent[]>> {
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
  /** @param entries key, id and events of each, every one on a line of its own: one argument is cheap, many are not */
  runAppend(ttlSeconds: number, entries: string): Promise<unknown>;
}

// An id that is not greater than the newest one is refused: the entry is there already.
const APPEND = `
  for key, id, events in string.gmatch(ARGV[2], '([^\\n]+)\\n([^\\n]+)\\n([^\\n]+)\\n') do
    local answer = redis.pcall('XADD', key, id, 'e', events)
    if answer.err and not string.find(answer.err, 'equal or smaller') then return answer end
    redis.call('EXPIRE', key, ARGV[1])
  end`;

/** Tokens are most of what there is: they are bare strings. */
const encode = (events: readonly LoggedEvent[]) =>
  JSON.stringify(events.map((event) => (event.type === 'token' ? event.text : event)));

function decode(last: number, text: string): LoggedEvent[] {
  const events = JSON.parse(text) as (string | LoggedEvent)[];
  const first = last - events.length + 1;
  return events.map((event, i) =>
    typeof event === 'string' ? { type: 'token', text: event, offset: first + i } : event,
  );
}

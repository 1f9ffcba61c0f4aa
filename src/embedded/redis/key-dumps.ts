import type { ChainableCommander, Redis } from 'ioredis';

export interface KeyName {
  database: number;
  key: string;
}

/** A key with its serialized value (`DUMP`, base64); without a value the key is deleted. */
export interface KeyState extends KeyName {
  value?: string;
  /** Expiry in ms since 1970; no expiry if omitted. */
  expiresAt?: number;
}

/** The current states of keys. @param redis a connection on which no other code selects a database */
export async function dumpKeys(redis: Redis, keys: readonly KeyName[]): Promise<KeyState[]> {
  const states: KeyState[] = [];
  for (const [database, group] of byDatabase(keys)) {
    const pipeline = redis.pipeline().select(database);
    for (const { key } of group) pipeline.dumpBuffer(key).pexpiretime(key);
    const [, ...replies] = await results(pipeline);
    for (const [i, { key }] of group.entries()) {
      const [value, expiresAt] = replies.slice(2 * i, 2 * i + 2) as [Buffer | null, number];
      const state: KeyState = { database, key };
      if (value) state.value = value.toString('base64');
      if (expiresAt > 0) state.expiresAt = expiresAt;
      states.push(state);
    }
  }
  return states;
}

/**
 * Restores the states of keys; the last state of a key wins, and expired ones are skipped.
 * @throws when the server rejects a value, such as one of a later version
 */
export async function restore(redis: Redis, states: readonly KeyState[]): Promise<void> {
  for (const [database, group] of byDatabase(states)) {
    const pipeline = redis.pipeline().select(database);
    for (const { key, value, expiresAt = 0 } of group)
      if (value === undefined) pipeline.del(key);
      else pipeline.restore(key, expiresAt, Buffer.from(value, 'base64'), 'REPLACE', 'ABSTTL');
    await results(pipeline);
  }
}

/** All keys of all databases, a page at a time. */
export async function* listKeys(redis: Redis, page: number): AsyncGenerator<KeyName[]> {
  const keyspace = await redis.info('keyspace');
  for (const [, number] of keyspace.matchAll(/^db(\d+):/gm)) {
    const database = Number(number);
    let cursor = '0';
    do {
      const [, found] = await results(redis.pipeline().select(database).scan(cursor, 'COUNT', page));
      const [next, keys] = found as [string, string[]];
      cursor = next;
      yield keys.map((key) => ({ database, key }));
    } while (cursor !== '0');
  }
}

function byDatabase<T extends KeyName>(keys: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const key of keys) {
    const group = groups.get(key.database);
    if (group) group.push(key);
    else groups.set(key.database, [key]);
  }
  return groups;
}

async function results(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, result]) => {
    if (error) throw error;
    return result;
  });
}

import type { Cluster, Redis } from 'ioredis';
import type { LogRedis } from '../adapters/redis/log-redis.js';
import { ROOM_KEYS } from '../rooms/room-store.js';

/** A stored key of rooms, in a format readable by every version of Redis and Valkey, unlike `DUMP`. */
export type RoomKey = { key: string; expiresAt: number | null } & (
  | { type: 'string'; value: string }
  | { type: 'stream'; entries: [id: string, fields: string[]][] }
  | { type: 'zset'; members: string[] }
);

const PAGE = 500;

/** All keys of rooms, in the order of their names. */
export async function* readRooms(logs: LogRedis): AsyncGenerator<RoomKey> {
  const { client: redis } = logs;
  for (const key of await listRoomKeys(logs)) {
    const [type, ttl] = await Promise.all([redis.type(key), redis.pttl(key)]);
    const expiresAt = ttl > 0 ? Date.now() + ttl : null;
    const value = await readValue(redis, key, type);
    if (value) yield { key, expiresAt, ...value };
  }
}

/** The content for comparing two servers: without the expiry, whose milliseconds differ. */
export const contentOf = ({ expiresAt: _expiresAt, ...content }: RoomKey): string => JSON.stringify(content);

/** Removes all rooms. */
export async function clearRooms(logs: LogRedis): Promise<void> {
  const keys = await listRoomKeys(logs);
  for (let from = 0; from < keys.length; from += PAGE)
    await Promise.all(keys.slice(from, from + PAGE).map((key) => logs.client.del(key)));
}

/** Writes a key; an expired one is skipped. */
export async function writeRoom({ client: redis }: LogRedis, room: RoomKey): Promise<void> {
  const { key, expiresAt } = room;
  const left = expiresAt === null ? null : expiresAt - Date.now();
  if (left !== null && left <= 0) return;
  switch (room.type) {
    case 'string':
      await redis.set(key, room.value);
      break;
    case 'stream':
      for (let from = 0; from < room.entries.length; from += PAGE)
        await Promise.all(
          room.entries.slice(from, from + PAGE).map(([id, fields]) => redis.xadd(key, id, ...fields)),
        );
      break;
    case 'zset':
      for (let from = 0; from < room.members.length; from += 2)
        await redis.zadd(key, room.members[from + 1]!, room.members[from]!);
  }
  if (left !== null) await redis.pexpire(key, left);
}

async function listRoomKeys(logs: LogRedis): Promise<string[]> {
  const keys = new Set<string>();
  for (const [redis, match] of logs
    .servers()
    .flatMap((server) => ROOM_KEYS.map((pattern) => [server, pattern] as const)))
    for (let cursor = '0', isFirst = true; isFirst || cursor !== '0'; isFirst = false) {
      const [next, found] = await redis.scan(cursor, 'MATCH', match, 'COUNT', PAGE);
      for (const key of found) keys.add(key);
      cursor = next;
    }
  return [...keys].sort();
}

async function readValue(redis: Redis | Cluster, key: string, type: string) {
  if (type === 'string') return { type, value: (await redis.get(key)) ?? '' } as const;
  if (type === 'zset') return { type, members: await redis.zrange(key, 0, -1, 'WITHSCORES') } as const;
  if (type !== 'stream') return null; // expired meanwhile
  const entries: [string, string[]][] = [];
  for (let from = '-'; ; from = `(${entries.at(-1)![0]}`) {
    const page = await redis.xrange(key, from, '+', 'COUNT', PAGE);
    entries.push(...page);
    if (page.length < PAGE) return { type, entries } as const;
  }
}

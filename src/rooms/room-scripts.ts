/** How the Redis scripts of rooms are called; ioredis makes a method of each. */
export interface RoomCommands {
  roomAppend(
    log: string,
    sent: string,
    fingerprint: string,
    sentTtl: number,
    payload: string,
    ttl: number,
    max: number,
    room: string,
    channel: string,
  ): Promise<string>;
  roomClear(log: string, ttl: number, room: string, channel: string): Promise<string>;
  roomEnter(index: string, ttl: number, room: string): Promise<unknown>;
  roomNames(index: string, max: number): Promise<string[]>;
  roomCount(log: string): Promise<number>;
}

/** Entries refer to the one before them, so that a reader detects a gap. */
const PREVIOUS = `
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local previous = newest[1] and newest[1][1] or '0-0'`;

// A room's log is a stream whose entries hold a message (field m) or mark that it was cleared (field c). A message that
// came under an id leaves its fingerprint in a key of its own; without an id the fingerprint is empty. The index is a
// sorted set of rooms by the time they expire, so that listing never scans. The keys of one room have one hash tag; the
// index of a namespace has none in common with them, so a script has one or the other.
export const roomScripts = {
  roomAppend: {
    numberOfKeys: 2,
    lua: `${PREVIOUS}
      local fingerprint, sent_ttl, payload, ttl, max, room, channel = unpack(ARGV)
      local known = fingerprint ~= '' and redis.call('GET', KEYS[2])
      if known then return known == fingerprint and 'again' or 'reused' end
      local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', max, '*', 'm', payload)
      if fingerprint ~= '' then redis.call('SET', KEYS[2], fingerprint, 'EX', sent_ttl) end
      redis.call('EXPIRE', KEYS[1], ttl)
      redis.call('PUBLISH', channel, room .. ' ' .. previous .. ' ' .. id .. ' ' .. payload)
      return id`,
  },
  roomClear: {
    numberOfKeys: 1,
    lua: `${PREVIOUS}
      local ttl, room, channel = unpack(ARGV)
      local id = redis.call('XADD', KEYS[1], '*', 'c', '')
      redis.call('XTRIM', KEYS[1], 'MAXLEN', 1)
      redis.call('EXPIRE', KEYS[1], ttl)
      redis.call('PUBLISH', channel, room .. ' ' .. previous .. ' ' .. id .. ' ')
      return id`,
  },
  roomEnter: {
    numberOfKeys: 1,
    lua: `redis.call('ZADD', KEYS[1], redis.call('TIME')[1] + ARGV[1], ARGV[2])`,
  },
  roomNames: {
    numberOfKeys: 1,
    lua: `
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1])
      return redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)`,
  },
  roomCount: {
    numberOfKeys: 1,
    lua: `
      local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
      if not oldest then return 0 end
      return redis.call('XLEN', KEYS[1]) - (oldest[2][1] == 'c' and 1 or 0)`,
  },
};

/** How the Redis scripts of rooms are called; ioredis makes a method of each. */
export interface RoomCommands {
  roomAppend(
    log: string,
    index: string,
    sent: string,
    fingerprint: string,
    sentTtl: number,
    payload: string,
    ttl: number,
    max: number,
    room: string,
    channel: string,
  ): Promise<string>;
  roomClear(log: string, index: string, ttl: number, room: string, channel: string): Promise<string>;
  roomList(index: string, prefix: string, max: number): Promise<[room: string, messages: number][]>;
}

/** Entries refer to the one before them, so that a reader detects a gap. */
const PREVIOUS = `
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local previous = newest[1] and newest[1][1] or '0-0'`;

// A room's log is a stream whose entries hold a message (field m) or mark that it was cleared (field c); the index is
// a sorted set of rooms by the time they expire, so that listing never scans. A message that came under an id leaves
// its fingerprint in a key of its own; without an id the fingerprint is empty.
export const roomScripts = {
  roomAppend: {
    numberOfKeys: 3,
    lua: `${PREVIOUS}
      local fingerprint, sent_ttl, payload, ttl, max, room, channel = unpack(ARGV)
      local known = fingerprint ~= '' and redis.call('GET', KEYS[3])
      if known then return known == fingerprint and 'again' or 'reused' end
      local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', max, '*', 'm', payload)
      if fingerprint ~= '' then redis.call('SET', KEYS[3], fingerprint, 'EX', sent_ttl) end
      redis.call('EXPIRE', KEYS[1], ttl)
      redis.call('ZADD', KEYS[2], redis.call('TIME')[1] + ttl, room)
      redis.call('PUBLISH', channel, room .. ' ' .. previous .. ' ' .. id .. ' ' .. payload)
      return id`,
  },
  roomClear: {
    numberOfKeys: 2,
    lua: `${PREVIOUS}
      local ttl, room, channel = unpack(ARGV)
      local id = redis.call('XADD', KEYS[1], '*', 'c', '')
      redis.call('XTRIM', KEYS[1], 'MAXLEN', 1)
      redis.call('EXPIRE', KEYS[1], ttl)
      redis.call('ZREM', KEYS[2], room)
      redis.call('PUBLISH', channel, room .. ' ' .. previous .. ' ' .. id .. ' ')
      return id`,
  },
  roomList: {
    numberOfKeys: 1,
    lua: `
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1])
      local found = {}
      for _, room in ipairs(redis.call('ZRANGE', KEYS[1], 0, ARGV[2] - 1)) do
        local log = ARGV[1] .. room
        local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
        if oldest then
          local cleared = oldest[2][1] == 'c' and 1 or 0
          table.insert(found, { room, redis.call('XLEN', log) - cleared })
        end
      end
      return found`,
  },
};

import type { Redis } from 'ioredis';

/** Probe key, with the prefix of all keys including the queue's. */
const KEY = 'parley:access';
const SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1], 'PX', 5000)";

/**
 * Every Redis command used by Parley, its rate limits and its queue, also in scripts, in a harmless form. Without
 * one of these permissions a request would fail half-way.
 */
const USED: [name: string, ...args: (string | number)[]][] = [
  ['EVAL', SCRIPT, 1, KEY, '1'],
  ['EVALSHA', '0'.repeat(40), 0],
  ['GET', KEY],
  ['SET', KEY, '1', 'PX', 5_000],
  ['DEL', `${KEY}:none`],
  ['EXISTS', KEY],
  ['EXPIRE', KEY, 5],
  ['PEXPIRE', KEY, 5_000],
  ['PTTL', KEY],
  ['INCR', KEY],
  ['INCRBY', KEY, 1],
  ['HSET', `${KEY}:hash`, 'a', '1'],
  ['HGET', `${KEY}:hash`, 'a'],
  ['HDEL', `${KEY}:hash`, 'b'],
  ['HMGET', `${KEY}:hash`, 'a'],
  ['HGETALL', `${KEY}:hash`],
  ['HINCRBY', `${KEY}:hash`, 'a', 1],
  ['RPUSH', `${KEY}:list`, '1'],
  ['LPUSH', `${KEY}:list`, '1'],
  ['LRANGE', `${KEY}:list`, 0, 0],
  ['LREM', `${KEY}:list`, 1, '2'],
  ['LLEN', `${KEY}:list`],
  ['RPOPLPUSH', `${KEY}:list`, `${KEY}:list`],
  ['SADD', `${KEY}:set`, '1'],
  ['SREM', `${KEY}:set`, '2'],
  ['SMEMBERS', `${KEY}:set`],
  ['ZADD', `${KEY}:sorted`, 1, '1'],
  ['ZREM', `${KEY}:sorted`, '2'],
  ['ZCARD', `${KEY}:sorted`],
  ['ZSCORE', `${KEY}:sorted`, '2'],
  ['ZRANGE', `${KEY}:sorted`, 0, 0],
  ['ZREMRANGEBYSCORE', `${KEY}:sorted`, '-inf', 0],
  ['ZPOPMIN', `${KEY}:none`],
  ['BZPOPMIN', `${KEY}:none`, 0.001],
  ['XADD', `${KEY}:stream`, 'MAXLEN', '~', 1, '*', 'a', '1'],
  ['XTRIM', `${KEY}:stream`, 'MAXLEN', 1],
  ['XLEN', `${KEY}:stream`],
  ['XRANGE', `${KEY}:stream`, '-', '+', 'COUNT', 1],
  ['XREVRANGE', `${KEY}:stream`, '+', '-', 'COUNT', 1],
  ['XREAD', 'COUNT', 1, 'STREAMS', `${KEY}:stream`, 0],
  ['PUBLISH', KEY, ''],
  ['SCAN', 0, 'MATCH', `${KEY}:*`, 'COUNT', 1],
  ['TIME'],
  ['DEL', KEY, `${KEY}:hash`, `${KEY}:list`, `${KEY}:set`, `${KEY}:sorted`, `${KEY}:stream`],
];

/**
 * Probes all required commands.
 * @returns names of the commands that the user may not run, or not on Parley's keys
 * @throws when the server does not respond
 */
export async function missingPermissions(redis: Redis): Promise<string[]> {
  const { db } = redis.options;
  const commands = db ? [['SELECT', db] as (typeof USED)[number], ...USED] : USED;
  const answers = await Promise.allSettled(commands.map(([name, ...args]) => redis.call(name, ...args)));
  const missing = new Set<string>();
  for (const [i, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') continue;
    const { message } = answer.reason as Error;
    if (message.startsWith('NOPERM')) missing.add(commands[i]![0]);
    else if (!/^(NOSCRIPT|WRONGTYPE|ERR|READONLY|OOM|MISCONF)/.test(message)) throw answer.reason;
  }
  if (await isRefusedToSubscribe(redis)) missing.add('SUBSCRIBE');
  return [...missing];
}

/** A subscribed connection accepts no other commands, so the probe has its own. */
async function isRefusedToSubscribe(redis: Redis): Promise<boolean> {
  const subscriber = redis.duplicate({ enableOfflineQueue: true, retryStrategy: () => null });
  subscriber.on('error', () => undefined); // the pending command rejects
  try {
    await subscriber.subscribe(KEY);
    return false;
  } catch (error) {
    if ((error as Error).message.startsWith('NOPERM')) return true;
    throw error;
  } finally {
    subscriber.disconnect();
  }
}

/** Write probe: runs a script that writes, as every turn does. @throws when Redis cannot do that now */
export async function tryWrite(redis: Redis): Promise<void> {
  await redis.eval(SCRIPT, 1, KEY, '1');
}

/** Writes beyond the memory limit are refused; nothing is evicted. */
export const memorySettings = { maxmemory: '256mb', 'maxmemory-policy': 'noeviction' };

/** Address of an embedded Redis, always on the loopback interface. */
export interface RedisAddress {
  port: number;
  password: string;
}

export const redisUrl = ({ port, password }: RedisAddress) => `redis://:${password}@127.0.0.1:${port}`;

/** The address in a URL that `redisUrl` made. */
export function redisAddress(url: string): RedisAddress {
  const { port, password } = new URL(url);
  return { port: Number(port), password };
}

/** Settings as lines of a redis.conf; values may contain blanks and quotes. */
export function toRedisConf(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value.replaceAll(/["\\]/g, '\\$&')}"\n`)
    .join('');
}

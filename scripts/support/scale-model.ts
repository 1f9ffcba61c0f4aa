/** What one unit of work costs, measured on this page's machine: docs/scale.md says how. */
export interface Costs {
  /** CPU milliseconds of an API process for a token of a stream. */
  apiPerToken: number;
  /** CPU milliseconds of an API process for a turn, without its tokens. */
  apiPerTurn: number;
  /** CPU milliseconds of PostgreSQL for a turn. */
  postgresPerTurn: number;
  /** CPU milliseconds of Redis for a turn, its log included. */
  redisPerTurn: number;
  /** Bytes of a run's log in Redis, and the seconds it is kept. */
  logBytes: number;
  logSeconds: number;
  /** Bytes of an API process without streams, and for each stream. */
  processBytes: number;
  streamBytes: number;
}

export interface Load {
  /** Answers being written at the same time. */
  streams: number;
  /** Tokens a second of one answer, and tokens of one answer. */
  pace: number;
  tokens: number;
}

export interface Need {
  turnsPerSecond: number;
  tokensPerSecond: number;
  /** Busy cores. */
  api: number;
  postgres: number;
  redis: number;
  redisBytes: number;
  /** API processes when each is busy for the given share, and their memory. */
  processes: number;
  apiBytes: number;
}

/** What a steady load needs of each part. @param busy the share of a core that a process is planned to be busy */
export function needOf({ streams, pace, tokens }: Load, costs: Costs, busy = 0.6): Need {
  const tokensPerSecond = streams * pace;
  const turnsPerSecond = tokensPerSecond / tokens;
  const cores = (turns: number, perToken = 0) =>
    (turnsPerSecond * turns + tokensPerSecond * perToken) / 1_000;
  const api = cores(costs.apiPerTurn, costs.apiPerToken);
  const processes = Math.max(1, Math.ceil(api / busy));
  return {
    turnsPerSecond,
    tokensPerSecond,
    api,
    postgres: cores(costs.postgresPerTurn),
    redis: cores(costs.redisPerTurn),
    redisBytes: turnsPerSecond * costs.logSeconds * costs.logBytes,
    processes,
    apiBytes: processes * costs.processBytes + streams * costs.streamBytes,
  };
}

/**
 * Simulates arrivals at random moments that are served in order.
 * @param perSecond arrivals
 * @param serviceMs of each
 * @param servers that serve at the same time, such as cores
 * @returns the wait in ms that 99 of 100 stay below; Infinity when they cannot keep up
 */
export function simulateWait(
  perSecond: number,
  serviceMs: number,
  servers: number,
  random = seeded(7),
): number {
  if ((perSecond * serviceMs) / 1_000 >= servers) return Infinity;
  const freeAt = new Float64Array(servers);
  const waits = new Float64Array(50_000);
  let now = 0;
  for (let i = 0; i < waits.length; i++) {
    now += (-Math.log(1 - random()) / perSecond) * 1_000;
    let first = 0;
    for (let server = 1; server < servers; server++) if (freeAt[server]! < freeAt[first]!) first = server;
    const begin = Math.max(now, freeAt[first]!);
    waits[i] = begin - now;
    freeAt[first] = begin + serviceMs;
  }
  return waits.sort()[Math.floor(waits.length * 0.99)]!;
}

/** The same numbers in each run (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

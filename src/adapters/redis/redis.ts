import { Redis, type RedisOptions } from 'ioredis';

/** ioredis waits for more than a minute by default; here a command has an answer or an error by then. */
const COMMAND_MS = 250;
const CONNECT_MS = 2_000;
/** A server that is away never says that it has closed, and ioredis keeps the process for as long. */
const DISCONNECT_MS = 250;

/** A client with dead-lines: while the server is away commands fail at once instead of queueing up. */
export function createRedis(url: string, options: RedisOptions = {}): Redis {
  return new Redis(url, {
    commandTimeout: COMMAND_MS,
    connectTimeout: CONNECT_MS,
    disconnectTimeout: DISCONNECT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
    ...options,
  });
}

/**
 * Hears what is published on a channel, over a connection of its own that comes back whenever Redis does.
 * @param onBack called when it is there, for the first time too: what was published before has been missed
 * @returns ends it
 */
export function subscribe(
  redis: Redis,
  channel: string,
  onMessage: (text: string) => void,
  onBack: () => void,
): () => void {
  // It subscribes by itself below: nobody hears when the client's own attempt fails, and that ends the process.
  const patience = { commandTimeout: undefined, enableOfflineQueue: true, autoResubscribe: false };
  const subscriber = redis.duplicate(patience);
  subscriber.on('error', () => undefined); // the shared connection reports that Redis is away
  subscriber.on('message', (_channel, text: string) => onMessage(text));
  subscriber.on('ready', () => void subscriber.subscribe(channel).then(onBack, () => undefined));
  return () => subscriber.disconnect();
}

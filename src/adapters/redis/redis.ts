import { Redis, type Command, type RedisOptions } from 'ioredis';
import { startTimer } from '../../telemetry/tracing.js';
import { CommandDeadlines } from './command-deadlines.js';

/** Command deadline in ms; ioredis waits for more than a minute by default. */
const COMMAND_MS = 250;
const CONNECT_MS = 2_000;
/** Limits closing a connection to an unreachable server, which would keep the process alive for as long. */
const DISCONNECT_MS = 250;

/** A client whose commands have a deadline (`commandTimeout`, in milliseconds), in time that this process was awake. */
class DeadlineRedis extends Redis {
  private readonly deadlines?: CommandDeadlines;

  constructor(
    private readonly url: string,
    private readonly given: RedisOptions,
  ) {
    super(url, { ...given, commandTimeout: undefined });
    if (given.commandTimeout !== undefined) this.deadlines = new CommandDeadlines(given.commandTimeout);
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const command: Command = args[0];
    // Blocking commands have no deadline; their duration is no measure of Redis.
    const settle = this.deadlines && startTimer('redis', () => command.name);
    const answer = super.sendCommand(...args);
    if (!command.isResolved) this.deadlines?.watch(command);
    if (settle) command.promise.then(() => settle(), settle);
    return answer;
  }

  /** ioredis's own would create a plain `Redis`. */
  override duplicate(options: Partial<RedisOptions> = {}): Redis {
    return new DeadlineRedis(this.url, { ...this.given, ...options });
  }
}

/** A client with deadlines: while the server is unreachable, commands fail immediately instead of queueing. */
export function createRedis(url: string, options: RedisOptions = {}): Redis {
  return new DeadlineRedis(url, {
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
 * The channel as it is called on the server. Databases of a server share its channels, so that the name ends with the
 * number of any database but 0: another installation may be in the next one.
 */
export const channelOf = ({ options }: Redis, channel: string): string =>
  options.db ? `${channel}:${options.db}` : channel;

/** Publishes to all processes of this installation. */
export const publish = (redis: Redis, channel: string, text: string): Promise<number> =>
  redis.publish(channelOf(redis, channel), text);

/**
 * Subscribes to a channel of this installation, over a separate connection that reconnects automatically.
 * @param onBack called after each connect, including the first: earlier messages were missed
 * @param onLost called when the connection breaks
 * @returns a function that unsubscribes
 */
export function subscribe(
  redis: Redis,
  channel: string,
  onMessage: (text: string) => void,
  onBack: () => void,
  onLost: () => void = () => undefined,
): () => void {
  // Subscribes explicitly below: a failed automatic resubscription would be an unhandled rejection, which ends the
  // process.
  const options = { commandTimeout: undefined, enableOfflineQueue: true, autoResubscribe: false };
  const subscriber = redis.duplicate(options);
  subscriber.on('error', () => undefined); // the shared connection reports that Redis is unavailable
  subscriber.on('close', onLost);
  subscriber.on('message', (_channel, text: string) => onMessage(text));
  const name = channelOf(redis, channel);
  subscriber.on('ready', () => void subscriber.subscribe(name).then(onBack, () => undefined));
  return () => subscriber.disconnect();
}

/** Time in ms before the next node is tried. */
const NEXT_NODE_MS = 500;

/**
 * As `subscribe`, over a connection to one node of a cluster at a time: ioredis's own subscriber of a cluster moves
 * to another node without an event, so that missed messages would not be noticed.
 */
export function subscribeToCluster(
  nodes: readonly RedisOptions[],
  channel: string,
  onMessage: (text: string) => void,
  onBack: () => void,
): () => void {
  let current: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const follow = (index: number) => {
    const subscriber = (current = new Redis({
      ...nodes[index % nodes.length],
      connectTimeout: CONNECT_MS,
      disconnectTimeout: DISCONNECT_MS,
      autoResubscribe: false,
      retryStrategy: () => null,
    }));
    subscriber.on('error', () => undefined);
    subscriber.on('message', (_channel, text: string) => onMessage(text));
    subscriber.on('ready', () => void subscriber.subscribe(channel).then(onBack, () => undefined));
    subscriber.on('end', () => {
      if (!isOver) timer = setTimeout(() => follow(index + 1), NEXT_NODE_MS).unref();
    });
  };
  follow(0);
  return () => {
    isOver = true;
    clearTimeout(timer);
    current?.disconnect();
  };
}

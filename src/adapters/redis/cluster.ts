import { Cluster, type ClusterOptions, type Command, type RedisOptions } from 'ioredis';
import { startTimer } from '../../telemetry/tracing.js';
import { CommandDeadlines } from './command-deadlines.js';

const COMMAND_MS = 250;
const CONNECT_MS = 2_000;
const DISCONNECT_MS = 250;
/** A failover is detected within this time also without a command to the failed node. */
const REFRESH_MS = 2_000;

/** Connection options of the nodes of a cluster. Users, passwords and TLS must be equal; those of the first are used. */
export function parseNodes(urls: readonly string[]): RedisOptions[] {
  return urls.map((text) => {
    const url = new URL(text);
    return {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 6379),
      ...(url.username && { username: decodeURIComponent(url.username) }),
      ...(url.password && { password: decodeURIComponent(url.password) }),
      ...(url.protocol === 'rediss:' && { tls: {} }),
    };
  });
}

/** A cluster client whose commands have a deadline, in time that this process was awake. */
class DeadlineCluster extends Cluster {
  private readonly deadlines: CommandDeadlines;

  constructor(nodes: RedisOptions[], options: ClusterOptions, commandTimeout: number) {
    super(
      nodes.map(({ host, port }) => ({ host, port })),
      options,
    );
    this.deadlines = new CommandDeadlines(commandTimeout);
  }

  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const command: Command = args[0];
    const settle = startTimer('redis', () => command.name);
    const answer = super.sendCommand(...args);
    if (!command.isResolved) this.deadlines.watch(command);
    if (settle) command.promise.then(() => settle(), settle);
    return answer;
  }
}

/** A client of a cluster: while no node is reachable, commands fail immediately instead of queueing. */
export function createCluster(urls: readonly string[], { commandTimeout = COMMAND_MS } = {}): Cluster {
  const nodes = parseNodes(urls);
  const { host: _host, port: _port, ...shared } = nodes[0]!;
  const cluster = new DeadlineCluster(
    nodes,
    {
      enableOfflineQueue: false,
      slotsRefreshInterval: REFRESH_MS,
      slotsRefreshTimeout: CONNECT_MS,
      clusterRetryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
      redisOptions: { ...shared, connectTimeout: CONNECT_MS, disconnectTimeout: DISCONNECT_MS },
    },
    commandTimeout,
  );
  cluster.on('error', () => undefined); // commands reject
  return cluster;
}

import type { Cluster, Redis } from 'ioredis';
import { createCluster, parseNodes } from './cluster.js';
import { channelOf, subscribe, subscribeToCluster } from './redis.js';

/** Settings of a connection. */
interface ConnectionOptions {
  /** Command deadline in ms. */
  commandTimeout?: number;
}

/**
 * The Redis of run logs and rooms: the cluster of `REDIS_CLUSTER_NODES`, otherwise the one of `REDIS_URL`. Keys of one
 * command or script must have one hash tag. Everything else, such as the queue and limits, is in `REDIS_URL`.
 */
export class LogRedis {
  /** The shared connection. */
  readonly client: Redis | Cluster;

  /**
   * @param nodes URLs of nodes of a cluster; null without one
   * @param commandTimeout deadline in ms of its commands
   */
  constructor(
    private readonly redis: Redis,
    private readonly nodes: readonly string[] | null,
    commandTimeout?: number,
  ) {
    this.client = nodes ? createCluster(nodes, { commandTimeout }) : redis;
  }

  get isCluster(): boolean {
    return this.nodes !== null;
  }

  /** A connection of its own, with its own deadline. */
  connect(options: ConnectionOptions): Redis | Cluster {
    return this.nodes ? createCluster(this.nodes, options) : this.redis.duplicate(options);
  }

  /** The channel that scripts publish on, for `subscribe`. A cluster has no databases, and one installation. */
  channel(name: string): string {
    return this.nodes ? name : channelOf(this.redis, name);
  }

  /** As `subscribe`; a cluster delivers to subscribers of any node. */
  subscribe(channel: string, onMessage: (text: string) => void, onBack: () => void): () => void {
    return this.nodes
      ? subscribeToCluster(parseNodes(this.nodes), channel, onMessage, onBack)
      : subscribe(this.redis, channel, onMessage, onBack);
  }

  /** Connections for commands on all keys of a server, such as SCAN: one, or each master of the cluster. */
  servers(): Redis[] {
    return 'nodes' in this.client ? this.client.nodes('master') : [this.client];
  }

  /** @throws when a cluster cannot serve all keys now; the one of `REDIS_URL` is checked by its owner */
  async check(): Promise<void> {
    if (!this.isCluster) return;
    const info = String(await this.client.cluster('INFO'));
    if (!info.includes('cluster_state:ok')) throw new Error('the Redis cluster does not serve all keys');
  }

  close(): void {
    if (this.isCluster) this.client.disconnect();
  }
}

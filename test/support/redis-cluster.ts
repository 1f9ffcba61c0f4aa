import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../src/embedded/engine.js';
import { eventually } from './eventually.js';
import { untilListening } from './listening.js';

interface Node {
  port: number;
  busPort: number;
  server: ChildProcess;
}

const MASTERS = 3;

/** A real Redis Cluster on loopback ports: three masters, each with a replica. */
export class RedisCluster {
  private constructor(
    private readonly folder: string,
    private readonly nodes: Node[],
  ) {}

  /** `REDIS_CLUSTER_NODES`. */
  get urls(): string {
    return this.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(',');
  }

  static async start(): Promise<RedisCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-cluster-'));
    const nodes: Node[] = [];
    const cluster = new RedisCluster(folder, nodes);
    try {
      for (let i = 0; i < 2 * MASTERS; i++) nodes.push(await startNode(folder));
      const places = nodes.map(({ port, busPort }) => `127.0.0.1:${port}@${busPort}`);
      const create = ['--cluster', 'create', ...places, '--cluster-replicas', '1', '--cluster-yes'];
      execFileSync(process.env.PARLEY_TEST_REDIS_CLI ?? 'redis-cli', create, { stdio: 'ignore' });
      await eventually(async () => {
        for (const { port } of nodes) {
          const [state, topology] = await ask(port, ['cluster', 'info'], ['cluster', 'nodes']);
          expect(state).toContain('cluster_state:ok');
          expect(topology!.match(/slave/g)).toHaveLength(MASTERS);
        }
        // What a replica does not have yet would be lost with its master.
        for (const port of await cluster.masters())
          expect((await ask(port, ['info', 'replication']))[0]).toContain('state=online');
      }, 60_000);
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Ports of the masters that are alive. */
  async masters(): Promise<number[]> {
    const roles = await Promise.all(
      this.nodes
        .filter(({ server }) => server.exitCode === null && server.signalCode === null)
        .map(async ({ port }) => [port, (await ask(port, ['info', 'replication']))[0]!] as const),
    );
    return roles.filter(([, info]) => info.includes('role:master')).map(([port]) => port);
  }

  /** The port of the master that has the slot of a key. */
  async masterOf(key: string): Promise<number> {
    for (const port of await this.masters()) {
      const [answer] = await ask(port, ['exists', key]).catch((error: Error) => [error.message]);
      if (!String(answer).startsWith('MOVED')) return port;
    }
    throw new Error(`no master has ${key}`);
  }

  /** Keys of all masters, by port. */
  async keys(): Promise<Map<number, string[]>> {
    const ports = await this.masters();
    const found = await Promise.all(ports.map(async (port) => (await ask(port, ['keys', '*']))[0]));
    return new Map(ports.map((port, i) => [port, found[i] as unknown as string[]]));
  }

  async kill(port: number): Promise<void> {
    const { server } = this.nodes.find((node) => node.port === port)!;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  async close(): Promise<void> {
    for (const { port, server } of this.nodes)
      if (server.exitCode === null && server.signalCode === null) await this.kill(port);
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function startNode(folder: string): Promise<Node> {
  const [port, busPort] = [await freePort(), await freePort()];
  const settings = [
    'bind 127.0.0.1',
    `port ${port}`,
    `cluster-port ${busPort}`,
    'cluster-enabled yes',
    `cluster-config-file nodes-${port}.conf`,
    'cluster-node-timeout 1500',
    'save ""',
    `dir ${folder}`,
    `dbfilename dump-${port}.rdb`,
  ];
  const server = spawn(process.env.PARLEY_TEST_REDIS_PROGRAM ?? 'redis-server', ['-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  server.stdin.end(`${settings.join('\n')}\n`);
  await untilListening(port, server);
  return { port, busPort, server };
}

/** Answers of one node to commands. */
async function ask(port: number, ...commands: string[][]): Promise<string[]> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  try {
    return (await Promise.all(commands.map(([name, ...args]) => client.call(name!, ...args)))) as string[];
  } finally {
    client.disconnect();
  }
}

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { reasonOf } from '../../common/startup.js';
import { SettingError } from '../../config/env.js';
import { missingPermissions } from './redis-access.js';

/** Maximum wait for Redis at the start; the process can run without it for a while. */
const WAIT_MS = 5_000;
const PAUSE_MS = 100;
/** Permanent errors, which are not retried. */
const REFUSED = /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH|invalid DB|DB index))/;
const NO_CLUSTER = /cluster support disabled/;
const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|SIGNATURE/;

/**
 * Waits for the first connection and checks the permissions of the Redis user. An unreachable server does not fail
 * the start: rooms and resumable streams work as soon as it is reachable.
 * @param name of the setting, for error messages: `REDIS_URL`, or `The embedded Redis`
 * @throws SettingError when Redis permanently refuses access
 */
export async function openRedis(redis: Redis, name: string): Promise<void> {
  let problem: unknown;
  const onError = (error: unknown): undefined => void (problem = error);
  redis.on('error', onError);
  try {
    for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
      if (redis.status !== 'ready')
        await Promise.race([once(redis, 'ready').catch(onError), sleep(WAIT_MS, undefined, { ref: false })]);
      if (isFinal(problem))
        throw new SettingError(`${name} cannot be used: ${reasonOf(problem)}${hintOn(problem)}`);
      if (redis.status !== 'ready') continue;
      if (await isClusterNode(redis).catch(onError))
        throw new SettingError(
          `${name} cannot be used: it is a node of a Redis Cluster, which has no place for the queue; name its nodes in REDIS_CLUSTER_NODES, for run logs and rooms, and a Redis without cluster in ${name}`,
        );
      const missing = await missingPermissions(redis).catch(onError);
      // A connection lost meanwhile is retried like the first one.
      if (!missing) continue;
      if (missing.length === 0) return;
      throw new SettingError(
        `${name} cannot be used: its user may not run ${missing.join(', ')} on the keys parley:* and channels parley:*`,
      );
    }
  } finally {
    redis.off('error', onError);
  }
  writeUnavailable(name, problem);
}

/** @throws when the server does not respond */
async function isClusterNode(redis: Redis): Promise<boolean> {
  const info = await redis.info('cluster').catch((error: Error) => {
    if (/^(NOPERM|ERR)/.test(error.message)) return '';
    throw error;
  });
  return info.includes('cluster_enabled:1');
}

/**
 * Waits for the first connection to a cluster. An unreachable one does not fail the start.
 * @throws SettingError when a node permanently refuses access, or is no node of a cluster
 */
export async function openCluster(cluster: Cluster): Promise<void> {
  let problem: unknown;
  const onError = (error: unknown): undefined => void (problem = lastNodeError(error));
  cluster.on('error', onError);
  cluster.on('node error', onError);
  try {
    for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
      if (cluster.status === 'ready') return;
      if (isFinal(problem) || NO_CLUSTER.test(reasonOf(problem)))
        throw new SettingError(`REDIS_CLUSTER_NODES cannot be used: ${reasonOf(problem)}${hintOn(problem)}`);
    }
  } finally {
    cluster.off('error', onError);
    cluster.off('node error', onError);
  }
  writeUnavailable('REDIS_CLUSTER_NODES', problem);
}

/** ioredis reports that no node answered, with the error of one as its cause. */
const lastNodeError = (error: unknown): unknown =>
  (error as { lastNodeError?: unknown } | undefined)?.lastNodeError ?? error;

function isFinal(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return REFUSED.test(message) || CERTIFICATE.test(code);
}

const hintOn = (error: unknown) =>
  CERTIFICATE.test((error as NodeJS.ErrnoException).code ?? '')
    ? ' (name the authority of its certificate in NODE_EXTRA_CA_CERTS)'
    : '';

function writeUnavailable(name: string, error: unknown): void {
  const server = name.startsWith('REDIS_') ? `Redis of ${name}` : name;
  const reason = error ? ` (${reasonOf(error)})` : '';
  process.stderr.write(
    `${server} cannot be reached${reason}: Parley starts without it and keeps trying; rooms and indexing wait.\n`,
  );
}

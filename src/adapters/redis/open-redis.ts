import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { reasonOf } from '../../common/startup.js';
import { SettingError } from '../../config/env.js';
import { missingPermissions } from './redis-access.js';

/** A start waits so long for Redis, which it can do without for a while. */
const WAIT_MS = 5_000;
const PAUSE_MS = 100;
/** What no further attempt changes. */
const REFUSED = /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH|invalid DB|DB index))/;
const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|SIGNATURE/;

/**
 * Waits for the first connection and checks the permissions of its user. A server that cannot be reached
 * is waited for elsewhere: rooms and resumable streams are back as soon as it is.
 * @param name what a person set, for sentences: `REDIS_URL`, or `The embedded Redis`
 * @throws SettingError when Redis refuses Parley for good
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
      const missing = await missingPermissions(redis).catch(onError);
      // A connection that was lost meanwhile is waited for like the first one.
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

function isFinal(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return REFUSED.test(message) || CERTIFICATE.test(code);
}

const hintOn = (error: unknown) =>
  CERTIFICATE.test((error as NodeJS.ErrnoException).code ?? '')
    ? ' (name the authority of its certificate in NODE_EXTRA_CA_CERTS)'
    : '';

function writeUnavailable(name: string, error: unknown): void {
  const server = name === 'REDIS_URL' ? 'Redis of REDIS_URL' : name;
  const reason = error ? ` (${reasonOf(error)})` : '';
  process.stderr.write(
    `${server} cannot be reached${reason}: Parley starts without it and keeps trying; rooms and indexing wait.\n`,
  );
}

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { reasonOf } from '../../common/startup.js';
import { SettingError } from '../../config/env.js';
import { missingPermissions } from './redis-access.js';

/** A start waits so long for Redis, which it can do without for a while. */
const WAIT_MS = 5_000;
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
  const onError = (error: unknown) => (problem = error);
  redis.on('error', onError);
  try {
    for (const deadline = Date.now() + WAIT_MS; redis.status !== 'ready' && Date.now() < deadline;) {
      await Promise.race([once(redis, 'ready').catch(onError), sleep(WAIT_MS, undefined, { ref: false })]);
      if (isFinal(problem))
        throw new SettingError(`${name} cannot be used: ${reasonOf(problem)}${hintOn(problem)}`);
    }
    if (redis.status !== 'ready') return logUnavailable(name, problem);
    const missing = await missingPermissions(redis);
    if (missing.length > 0)
      throw new SettingError(
        `${name} cannot be used: its user may not run ${missing.join(', ')} on the keys parley:* and channels parley:*`,
      );
  } catch (error) {
    if (error instanceof SettingError) throw error;
    logUnavailable(name, error);
  } finally {
    redis.off('error', onError);
  }
}

function isFinal(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return REFUSED.test(message) || CERTIFICATE.test(code);
}

const hintOn = (error: unknown) =>
  CERTIFICATE.test((error as NodeJS.ErrnoException).code ?? '')
    ? ' (name the authority of its certificate in NODE_EXTRA_CA_CERTS)'
    : '';

function logUnavailable(name: string, error: unknown): void {
  const reason = error ? ` (${reasonOf(error)})` : '';
  process.stderr.write(
    `Redis of ${name} cannot be reached${reason}: Parley starts without it and keeps trying; rooms and indexing wait.\n`,
  );
}

/** Parley itself, from its build, with everything on: accounts, run log, storage. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startParley as start } from '../rig/processes.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = join(ROOT, 'dist/src/main.js');

/**
 * @typedef {object} ParleyOptions
 * @property {string} scratch a folder for its data
 * @property {{ databaseUrl: string, redisUrl: string }} engines
 * @property {string} [modelUrl] the offline model without it
 * @property {string} [profile] a folder for a CPU profile, which is written when it ends
 * @property {NodeJS.ProcessEnv} [settings] added to its own
 *
 * @param {ParleyOptions & Pick<import('../rig/processes.mjs').StartOptions, 'probed' | 'cores' | 'args'>} options
 */
export function startParley(options) {
  const { scratch, engines, modelUrl, probed = false, profile, cores, args = [], settings = {} } = options;
  mkdirSync(scratch, { recursive: true });
  return start(MAIN, {
    cwd: scratch,
    probed,
    cores,
    args: [...args, ...(profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : [])],
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(scratch, 'data'),
      DATABASE_URL: engines.databaseUrl,
      REDIS_URL: engines.redisUrl,
      ...(modelUrl && { OPENAI_BASE_URL: modelUrl, OPENAI_API_KEY: 'bench', OPENAI_MODEL: 'bench' }),
      AGENTS_DIR: join(ROOT, 'agents'),
      JWT_SECRET: 'the secret of the benchmark, 32 characters and more',
      LOG_LEVEL: 'error',
      RATE_LIMITS: 'off',
      // What is measured is how fast it is, not when it refuses.
      MAX_EVENT_LOOP_DELAY_MS: '0',
      INGESTION_WORKER: 'external',
      ...settings,
    },
  });
}

/** @returns access tokens of new accounts; each is valid for half an hour */
export function register({ url }, count) {
  return Promise.all(Array.from({ length: count }, () => registerOne(url)));
}

async function registerOne(url) {
  const response = await fetch(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `bench-${randomUUID()}@example.com`, password: 'correct horse battery' }),
    signal: AbortSignal.timeout(60_000),
  });
  const body = /** @type {any} */ (await response.json());
  if (response.status !== 201) throw new Error(`register: ${response.status} ${JSON.stringify(body)}`);
  return body.access_token;
}

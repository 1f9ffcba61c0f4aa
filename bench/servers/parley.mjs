/** Parley itself, from its build, with everything on: accounts, run log, storage. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startParley as start } from '../rig/processes.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = join(ROOT, 'dist/src/main.js');

/**
 * @param options `scratch` a folder for its data, `engines`, `modelUrl`; with `probed` it reports its open handles;
 * `profile`
 *   is a folder for a CPU profile, which is written when it ends; `settings` are added to its own; `cores` and `args` as in
 *   `start`
 */
export function startParley({
  scratch,
  engines,
  modelUrl,
  probed = false,
  profile,
  cores,
  args = [],
  settings = {},
}) {
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
      OPENAI_BASE_URL: modelUrl,
      OPENAI_API_KEY: 'bench',
      OPENAI_MODEL: 'bench',
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
  const body = await response.json();
  if (response.status !== 201) throw new Error(`register: ${response.status} ${JSON.stringify(body)}`);
  return body.access_token;
}

#!/usr/bin/env node
// Runs every test: the pure specs once, the flows on both backend profiles. Prints the sums as its last line.
//   node test/run.mjs [--unit | --e2e] [--long] [--profile embedded|configured] [-t NAME] [jest patterns…]
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programsOfSuites, startConfigured } from './support/configured-profile.mjs';
import { startEmbeddedProfile } from './support/embedded-profile.mjs';
import { FailedTests } from './support/failed-tests.mjs';
import { measureTimeFactor, TIME_FACTOR } from './support/time-factor.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    unit: { type: 'boolean' },
    e2e: { type: 'boolean' },
    long: { type: 'boolean' },
    profile: { type: 'string' },
    testNamePattern: { type: 'string', short: 't' },
  },
});
const profiles = { embedded: startEmbeddedProfile, configured: startConfigured };
/**
 * What runs once: nginx has to be installed, faults are put between processes, engines of its own are started, or what
 * is tried is above the engines: the wires of other clients, the issuer, the servers of models.
 */
const CONFIGURED_ONLY = [
  'test/flows/(account-limits|behind-nginx|rolling-restarts|every-route|console|contention|embedded|nameless-user|process|server-access)',
  'test/flows/(crash|drain|worker-crash|redis-faults|postgres-faults|killed-postgres|slow-readers|use-after-delete)',
  'test/flows/(agents-guide|agents-api|training-materials|clients-guide|built-|model-servers|model-start|metrics|traces|prometheus|backup|readme)',
  'test/flows/(admin-operations|approvals|budgets|embedding-switch|retention|webhooks|workers|image-commands|redis-cluster|redis-databases|operators-walk)',
  'test/contracts/(run-contention|blob-store|chat-model|embeddings|generated-clients|oidc-verifier|parsers|vision)',
  'test/surfaces/(ag-ui|ai-sdk|ask-agent|decisions|every-tool|every-wire|json-answers|mcp|odd-calls|openai|pictures|responses|tools|web-tools)',
  'test/security/(oidc|poisoned-results)',
];
/** What `--long` is for: faults as many and as long as promised. */
const LONG = {
  PARLEY_TEST_KILLS: '20',
  PARLEY_TEST_STREAMS: '100',
  PARLEY_TEST_FREEZE_MS: '15000',
  PARLEY_TEST_RECONNECTS: '5000',
  PARLEY_TEST_TABS: '200',
  PARLEY_TEST_CONTENTION: '2000',
  PARLEY_TEST_REQUESTS: '10000',
  PARLEY_TEST_TIMED: '1',
  PARLEY_TEST_FUZZ_HTTP: '10000',
  PARLEY_TEST_FUZZ_SLOW_MS: '5000',
  PARLEY_TEST_FUZZ_FRAMES: '5000',
  PARLEY_TEST_TENANT_QUESTIONS: '2000',
  PARLEY_TEST_STORIES: '100',
};
/** Suites of a long run: those with limits in milliseconds are measured alone, of the others two run at once. */
const FAULTS = {
  counted:
    'test/(contracts/run-contention|flows/(contention|crash|drain|rolling-restarts|leaving|worker-crash|killed-postgres|rooms-without-redis|resume|enqueue|idempotency|second-tab|model-faults|use-after-delete))',
  measured: 'test/flows/(redis-faults|postgres-faults|slow-readers|stop|every-route)',
};
/** Suites at once, where not as many as cores: flows wait more than they compute. */
const WORKERS = { e2e: values.long ? 1 : 3 };
const selected = values.profile ? [values.profile] : Object.keys(profiles);
const scratch = mkdtempSync(join(tmpdir(), 'parley-tests-'));
// As root, PostgreSQL runs as a user of its own, who must be able to reach its data.
chmodSync(scratch, 0o755);
const sums = { passed: 0, failed: 0 };
const notes = [];
const failures = new FailedTests();
const timeFactor = Number(process.env[TIME_FACTOR] ?? measureTimeFactor());
if (timeFactor > 1)
  console.log(`Time limits are ${timeFactor} times as long as usual: this machine is slow now.`);

try {
  if (!values.e2e) jest('unit', 'unit', {});
  if (!values.unit) for (const name of selected) await runProfile(name);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const line of failures.lines) console.log(line);
for (const note of notes) console.log(note);
console.log(`${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed > 0 ? 1 : 0;

async function runProfile(name) {
  console.log(`\n== flows on the backend profile "${name}"`);
  let engines;
  try {
    engines = await profiles[name](scratch);
  } catch (error) {
    notes.push(`The backend profile "${name}" was not tested: ${error.message}`);
    sums.failed += 1;
    return;
  }
  console.log(engines.summary);
  try {
    const env = {
      PARLEY_TEST_PROFILE: name,
      PARLEY_TEST_DATABASE_URL: engines.databaseUrl,
      PARLEY_TEST_REDIS_URL: engines.redisUrl,
    };
    const leftOut = name === 'configured' ? [] : CONFIGURED_ONLY;
    if (name === 'configured') Object.assign(env, programsOfSuites());
    if (values.long && positionals.length === 0) {
      jest('e2e', `${name}, counted`, env, { leftOut, patterns: [FAULTS.counted], workers: 2 });
      jest('e2e', `${name}, measured`, env, { leftOut, patterns: [FAULTS.measured], workers: 1 });
    } else jest('e2e', name, env, { leftOut });
  } finally {
    await engines.stop();
  }
}

function jest(
  project,
  label,
  env,
  { leftOut = [], patterns = positionals, workers = WORKERS[project] } = {},
) {
  const report = join(scratch, `${label.replaceAll(/\W+/g, '-')}.json`);
  const argv = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const flags = [
    '--selectProjects',
    project,
    ...['/node_modules/', ...leftOut].map((pattern) => `--testPathIgnorePatterns=${pattern}`),
    '--json',
    `--outputFile=${report}`,
    '--passWithNoTests',
    ...(positionals.length > 0 ? [] : ['--reporters=<rootDir>/test/support/terse-reporter.mjs']),
    ...(workers === 1 ? ['--runInBand'] : workers ? [`--maxWorkers=${workers}`] : []),
    ...(values.testNamePattern ? [`--testNamePattern=${values.testNamePattern}`] : []),
    ...patterns,
  ];
  const run = spawnSync(process.execPath, [...argv, ...flags], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, [TIME_FACTOR]: String(timeFactor), ...env, ...(values.long && LONG) },
  });
  const results = resultsIn(report);
  if (!results) {
    notes.push(`Jest ended without results of "${label}" (${run.signal ?? `exit code ${run.status}`}).`);
    sums.failed += 1;
    return;
  }
  failures.note(label, results);
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests } = results;
  sums.passed += numPassedTests;
  // A suite that cannot start, a skipped test and a crash of jest itself are failures too.
  const unseen = numFailedTests + numRuntimeErrorTestSuites + (values.testNamePattern ? 0 : numPendingTests);
  sums.failed += unseen || (run.status === 0 ? 0 : 1);
}

/** @returns undefined when jest died before it had written them, or printed its usage */
function resultsIn(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}

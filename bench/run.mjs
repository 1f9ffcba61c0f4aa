#!/usr/bin/env node
/**
 * Measures Parley in one run beside a bare `node:http` relay, and checks every reply: `npm run bench`, see README.md.
 *
 * --quick        shorter and fewer of everything, within two minutes
 * --rounds N     how often the streams are measured
 * --only NAMES   of streams, sockets, aborts, turns
 * --surface NAMES of openai, responses, ai-sdk, ag-ui: their CPU beside that of the native API, and nothing else
 * --workers      two API workers beside one process, on all cores, and nothing else
 * --agents       agents with tools beside agents without, and nothing else
 * --starts       the first turns after a start, with the warm-up beside without, and nothing else
 * --metrics      with metrics beside without, and nothing else; more rounds make it more exact
 * --profile DIR  a CPU profile of Parley under the streams goes there
 */
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Tally } from './client/tallies.mjs';
import { measureAgents, writeAgents } from './measures/agents.mjs';
import { measureAborts } from './measures/aborts.mjs';
import { measureLongConversation } from './measures/long-conversation.mjs';
import { measureMetrics } from './measures/metrics.mjs';
import { measureSockets } from './measures/sockets.mjs';
import { measureStarts } from './measures/starts.mjs';
import { measureStreams } from './measures/streams.mjs';
import { measureSurfaces, SURFACES } from './measures/surfaces.mjs';
import { measureWorkers } from './measures/workers.mjs';
import { print, repliesRow } from './report.mjs';
import { startEngines } from './rig/engines.mjs';
import { ask, end, endAll, leaveTheServerItsCore, startProgram } from './rig/processes.mjs';
import { scratchFolder } from './rig/scratch.mjs';
import { report } from './rig/table.mjs';
import { MAIN, startParley } from './servers/parley.mjs';

const FULL = {
  rounds: 3,
  tokens: 200,
  paceMs: 20,
  fullSpeed: { streams: [50, 200, 500], rampMs: 0, windowMs: 3_000 },
  // They begin over the time that a reply takes, so that at any moment as many begin as end.
  paced: { streams: [200, 500], rampMs: 4_000, windowMs: 5_000 },
  unloadedTurns: 200,
  idle: { before: 4_000, sockets: 5_000 },
  aborts: { before: 1_000, cycles: 10_000, settleMs: 16_000 },
  turns: 400,
};
const QUICK = {
  ...FULL,
  rounds: 1,
  tokens: 150,
  fullSpeed: { ...FULL.fullSpeed, windowMs: 1_500 },
  // They begin close to each other; over the time that a reply takes each of them begins once.
  paced: { ...FULL.paced, rampMs: 500, windowMs: 3_000 },
  unloadedTurns: 40,
  idle: { before: 2_000, sockets: 2_500 },
  aborts: { before: 500, cycles: 1_000, settleMs: 4_000 },
  turns: 60,
};
const MEASURES = {
  streams: measureStreams,
  turns: measureLongConversation,
  sockets: measureSockets,
  aborts: measureAborts,
};
/** Of one job of the load generator. */
const DEADLINE_MS = 300_000;

const options = readOptions();
let isInterrupted = false;
let engines, cleaning;
if (!existsSync('/proc/self/status')) quit('The figures are read from /proc, which is Linux only.');
if (!existsSync(MAIN)) quit('There is no build: run npm run build.');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    isInterrupted = true;
    void cleanUp().finally(() => process.exit(1));
  });

const scratch = scratchFolder('bench');
try {
  leaveTheServerItsCore();
  engines = await startEngines(scratch);
  await main();
} catch (error) {
  // What fails then fails because its processes were ended.
  if (!isInterrupted) throw error;
} finally {
  await cleanUp();
}

async function main() {
  const generator = await startProgram('client/load.mjs');
  const tally = new Tally();
  const otherLoad = [];
  const bench = {
    plan: options.plan,
    surfaces: options.surfaces,
    engines,
    say: report,
    disturbed: (cores) => otherLoad.push(cores),
    load: async (job) => {
      const { result } = await ask(generator.child, job, DEADLINE_MS);
      if (result?.tally) tally.add(Object.assign(new Tally(), result.tally));
      return result;
    },
  };
  const rows = [];
  const measure = async (name) => {
    if (isWished(name)) rows.push(...(await MEASURES[name](bench)));
  };
  const { url: modelUrl } = await startProgram('servers/upstream.mjs');
  const parley = (name, more) => startParley({ engines, modelUrl, scratch: join(scratch, name), ...more });
  /** @type {Record<string, any>} */
  const servers = {};
  Object.assign(bench, { servers });
  const endServers = () => Promise.all(Object.values(servers).map(end));

  if (isWished('streams') || isWished('turns')) {
    const env = { MODEL_URL: modelUrl, DATABASE_URL: engines.databaseUrl };
    servers.relay = await startProgram('servers/relay.mjs', { server: true, env });
    servers.parley = await parley('streams', { profile: options.profile });
    await measure('streams');
    await measure('turns');
    await endServers();
  }
  if (options.surfaces.length > 0) {
    servers.parley = await parley('surfaces', { profile: options.profile });
    rows.push(...(await measureSurfaces(bench)));
    await endServers();
  }
  if (options.workers) {
    rows.push(...(await measureWorkers(bench, { engines, modelUrl, scratch: join(scratch, 'workers') })));
    await endServers();
  }
  if (options.agents) {
    const settings = { AGENTS_DIR: writeAgents(scratch) };
    servers.parley = await parley('agents', { profile: options.profile, settings });
    rows.push(...(await measureAgents(bench)));
    await endServers();
  }
  if (options.starts) {
    const its = { engines, modelUrl, scratch: join(scratch, 'starts') };
    rows.push(...(await measureStarts(bench, its)));
  }
  if (options.metrics) {
    rows.push(...(await measureMetrics(bench, { engines, modelUrl, scratch: join(scratch, 'metrics') })));
    await endServers();
  }
  if (isWished('sockets')) {
    servers.bare = await startProgram('servers/bare-sockets.mjs', { server: true, probed: true });
    servers.parley = await parley('sockets', { probed: true });
    await measure('sockets');
    await endServers();
  }
  if (isWished('aborts')) {
    servers.parley = await parley('aborts', { probed: true });
    await measure('aborts');
  }
  print([...rows, repliesRow(tally)], { engines, otherLoad, tally });
  if (!tally.isGood) process.exitCode = 1;
}

function isWished(name) {
  return options.only.includes(name);
}

/** Computed on first use. */
function cleanUp() {
  cleaning ??= (async () => {
    await endAll();
    await engines?.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  })();
  return cleaning;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        only: { type: 'string' },
        surface: { type: 'string' },
        workers: { type: 'boolean', default: false },
        metrics: { type: 'boolean', default: false },
        starts: { type: 'boolean', default: false },
        agents: { type: 'boolean', default: false },
        profile: { type: 'string' },
      },
    });
    const plan = values.quick ? QUICK : FULL;
    const rounds = Number(values.rounds ?? plan.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number from 1');
    const surfaces = listOf('surface', values.surface, SURFACES) ?? [];
    const measures = Object.keys(MEASURES);
    const { workers, metrics, agents, starts } = values;
    const isAlone = surfaces.length > 0 || workers || metrics || agents || starts;
    const only = listOf('only', values.only, measures) ?? (isAlone ? [] : measures);
    return {
      only,
      surfaces,
      workers,
      metrics,
      agents,
      starts,
      plan: { ...plan, rounds },
      profile: values.profile && resolve(values.profile),
    };
  } catch (error) {
    return quit(error.message);
  }
}

function listOf(option, value, known) {
  const names = value?.split(',');
  if (names?.some((name) => !known.includes(name))) throw new Error(`--${option} knows ${known.join(', ')}`);
  return names;
}

/** @returns {never} */
function quit(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Two API workers (`WORKERS=2`) beside one process, on all cores of the machine, in turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import { count, median, millis, quantile, ratio } from '../rig/numbers.mjs';
import { within } from '../rig/within.mjs';
import { startParley } from '../servers/parley.mjs';
import { measurePair } from './pairs.mjs';

const METRICS_TOKEN = 'the-metrics-token-of-the-benchmark';
const START_MS = 60_000;

/** @returns rows of the table; the column `bare` is of one process */
export async function measureWorkers(bench, options) {
  const { plan } = bench;
  const one = await startParley({ ...options, scratch: `${options.scratch}-one`, cores: 'all' });
  const settings = { WORKERS: '2', METRICS_TOKEN };
  const two = await startParley({ ...options, scratch: `${options.scratch}-two`, cores: 'all', settings });
  await within(START_MS, untilBothListen(two), 'two workers did not start');
  Object.assign(bench.servers, { one, two });
  const full = { ...plan.fullSpeed, streams: plan.fullSpeed.streams[1], paceMs: 0 };
  const paced = { ...plan.paced, streams: plan.paced.streams[0], paceMs: plan.paceMs };
  const rounds = await measurePair(bench, { one, two }, { full, paced });
  return [rate(full, rounds), firstToken(paced, rounds)];
}

function rate({ streams }, rounds) {
  const of = (name) => rounds.map((figures) => figures[name].full.tokens / figures[name].full.seconds);
  const [one, two] = [of('one'), of('two')];
  const value = median(two.map((figure, i) => figure / one[i]));
  return {
    figure: `tokens/s at full speed, ${streams} streams: two workers; one process beside it`,
    parley: count(median(two)),
    bare: count(median(one)),
    against: ratio(value),
    aim: '≥ 0.95 × on two cores',
    isMet: value >= 0.95,
  };
}

function firstToken({ streams, paceMs }, rounds) {
  const of = (name) => median(rounds.map((figures) => quantile(figures[name].paced.firstTokens, 0.99)));
  const [one, two] = [of('one'), of('two')];
  return {
    figure: `first token (p99), ${streams} streams at ${paceMs} ms a token: two workers; one process beside it`,
    parley: millis(two),
    bare: millis(one),
    against: ratio(two / one),
    aim: 'not worse',
    isMet: two <= one,
  };
}

async function untilBothListen({ url }) {
  for (;;) {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    if (/^parley_api_workers 2$/m.test(await (await fetch(`${url}/metrics`, { headers })).text())) return;
    await sleep(100);
  }
}

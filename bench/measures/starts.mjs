/** The first turns after a start, of Parley as it is and of one without its warm-up; both start anew each round. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median, millis, ratio } from '../rig/numbers.mjs';
import { end } from '../rig/processes.mjs';
import { register, startParley } from '../servers/parley.mjs';

const WITHOUT = new URL('../rig/without-warm-up.mjs', import.meta.url).href;
const ARGS = { with: [], without: ['--import', WITHOUT] };
/** Between the start and the first client, in ms: what a start does in the background has ended by then. */
const SETTLE_MS = 3_000;
const FIRST = { turns: 1, tokens: 2, paceMs: 20 };
const NEXT = { turns: 200, tokens: 150, paceMs: 0 };

/** @returns rows of the table; the column `bare` is without the warm-up */
export async function measureStarts(bench, options) {
  const { plan } = bench;
  const rounds = [];
  for (let round = 1; round <= plan.rounds; round++) {
    const names = Object.keys(ARGS);
    const measured = {};
    for (const name of round % 2 ? names : names.toReversed()) {
      bench.say(`round ${round} of ${plan.rounds}: ${name} warm-up`);
      measured[name] = await firstTurns(bench, { ...options, args: ARGS[name] });
    }
    rounds.push(measured);
  }
  return [
    row('first token of the first turn after a start', rounds, ({ first }) => first.firstTokens[0]),
    row(`CPU of each of the next ${NEXT.turns} turns`, rounds, ({ next }) => (next.cpu / NEXT.turns) * 1e3),
  ];
}

async function firstTurns(bench, options) {
  const server = (bench.servers.parley = await startParley(options));
  const [token] = await register(server, 1);
  await sleep(SETTLE_MS);
  const target = { job: 'measureTurns', target: 'parley', url: server.url, pid: server.child.pid, token };
  const first = await bench.load({ ...target, ...FIRST });
  const next = await bench.load({ ...target, ...NEXT });
  await end(server);
  return { first, next };
}

function row(figure, rounds, of) {
  const [warm, cold] = Object.keys(ARGS).map((name) => rounds.map((measured) => of(measured[name])));
  const against = ratio(median(warm.map((value, i) => value / cold[i])));
  return {
    figure: `${figure}: with warm-up; without`,
    parley: millis(median(warm)),
    bare: millis(median(cold)),
    against,
  };
}

/** CPU of the wires of other clients, beside that of Parley's own: paced streams on one server, in turn. */
import { median, millis, ratio } from '../rig/numbers.mjs';
import { register } from '../servers/parley.mjs';

/** What others are measured against. */
const OWN = 'parley';
/** As many streams share an account. */
const STREAMS_PER_ACCOUNT = 10;
const AIM = 1.3;

/** Values of `--surface`. */
export const SURFACES = ['openai', 'responses', 'ai-sdk', 'ag-ui'];

/** @returns rows of the table */
export async function measureSurfaces(bench) {
  const { plan, surfaces } = bench;
  const [streams] = plan.paced.streams;
  const cell = { ...plan.paced, streams, tokens: plan.tokens, paceMs: plan.paceMs };
  const { url, child } = bench.servers.parley;
  const rounds = [];
  for (let round = 1; round <= plan.rounds; round++) {
    const accounts = await register(bench.servers.parley, streams / STREAMS_PER_ACCOUNT);
    const all = [OWN, ...surfaces];
    const figures = {};
    for (const target of round % 2 ? all : all.toReversed()) {
      bench.say(`round ${round} of ${plan.rounds}: ${streams} streams of ${target}`);
      const job = {
        job: 'measureStreams',
        target,
        url,
        pid: child.pid,
        root: process.pid,
        accounts,
        ...cell,
      };
      const result = await bench.load(job);
      bench.disturbed(result.foreign / result.seconds);
      figures[target] = (result.cpu / result.tokens) * 1e6;
    }
    rounds.push(figures);
  }
  return surfaces.map((surface) => toRow(surface, streams, plan, rounds));
}

function toRow(surface, streams, { paceMs }, rounds) {
  const value = median(rounds.map((figures) => figures[surface] / figures[OWN]));
  return {
    figure: `CPU for 1,000 tokens at ${paceMs} ms a token, ${streams} streams of ${surface}; native API beside it`,
    parley: millis(median(rounds.map((figures) => figures[surface]))),
    bare: millis(median(rounds.map((figures) => figures[OWN]))),
    against: ratio(value),
    aim: `≤ ${AIM.toFixed(2)} ×`,
    isMet: value <= AIM,
  };
}

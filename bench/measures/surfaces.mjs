/** CPU of the wires of other clients, beside that of Parley's own: paced streams on one server, in turn. */
import { median, millis, ratio } from '../rig/numbers.mjs';
import { measureRounds } from './rounds.mjs';

/** What others are measured against. */
const OWN = 'parley';
const AIM = 1.3;

/** Values of `--surface`. */
export const SURFACES = ['openai', 'responses', 'ai-sdk', 'ag-ui'];

/** @returns rows of the table */
export async function measureSurfaces(bench) {
  const { plan, surfaces } = bench;
  const [streams] = plan.paced.streams;
  const job = { ...plan.paced, tokens: plan.tokens, paceMs: plan.paceMs };
  const cells = [OWN, ...surfaces].map((target) => ({
    key: target,
    label: target,
    job: { ...job, target, streams },
  }));
  const rounds = await measureRounds(bench, streams, cells);
  return surfaces.map((surface) => toRow(surface, streams, plan, rounds));
}

function toRow(surface, streams, { paceMs }, rounds) {
  const value = median(rounds.map((figures) => figures[surface] / figures[OWN]));
  const thousand = (target) => millis(median(rounds.map((figures) => figures[target] * 1e6)));
  return {
    figure: `CPU for 1,000 tokens at ${paceMs} ms a token, ${streams} streams of ${surface}; native API beside it`,
    parley: thousand(surface),
    bare: thousand(OWN),
    against: ratio(value),
    aim: `≤ ${AIM.toFixed(2)} ×`,
    isMet: value <= AIM,
  };
}

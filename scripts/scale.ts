/**
 * What so many concurrent answers need, by the costs of docs/scale.md: `npm run scale`. Prints a table in Markdown.
 *
 *   --pace N     tokens a second of one answer, 30
 *   --tokens N   of one answer, 300
 *   --COST N     another cost, named as in scripts/support/scale-model.ts: --postgresPerTurn 2
 */
import { parseArgs } from 'node:util';
import { needOf, simulateWait, type Costs } from './support/scale-model.js';

const COSTS: Costs = {
  apiPerToken: 0.047,
  apiPerTurn: 1.3,
  postgresPerTurn: 0.97,
  redisPerTurn: 0.2,
  logBytes: 4_200,
  logSeconds: 70,
  processBytes: 205e6,
  streamBytes: 0.2e6,
};
const STREAMS = [1_000, 10_000, 100_000];
const CORES_OF_POSTGRES = [2, 8, 32];

const { values } = parseArgs({
  options: Object.fromEntries(
    ['pace', 'tokens', ...Object.keys(COSTS)].map((name) => [name, { type: 'string' as const }]),
  ),
});
const number = (name: string, fallback: number) => {
  const value = Number(values[name] ?? fallback);
  if (!(value >= 0)) throw new Error(`--${name} must be a number`);
  return value;
};
const costs = Object.fromEntries(
  Object.entries(COSTS).map(([name, cost]) => [name, number(name, cost)]),
) as unknown as Costs;
const [pace, tokens] = [number('pace', 30), number('tokens', 300)];

const round = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
const size = (bytes: number) => (bytes < 1e9 ? `${round(bytes / 1e6)} MB` : `${round(bytes / 1e9)} GB`);
const needs = STREAMS.map((streams) => needOf({ streams, pace, tokens }, costs));
const wait = (i: number) => {
  const ms = simulateWait(needs[i]!.turnsPerSecond, costs.postgresPerTurn, CORES_OF_POSTGRES[i]!);
  return Number.isFinite(ms) ? `${ms.toFixed(1)} ms` : 'cannot keep up';
};
const rows: [string, ...string[]][] = [
  [
    'turns, tokens a second',
    ...needs.map((need) => `${round(need.turnsPerSecond)}, ${round(need.tokensPerSecond)}`),
  ],
  ['API: cores', ...needs.map(({ api }) => round(api))],
  ['API: processes at 60 % of a core', ...needs.map(({ processes }) => round(processes))],
  ['API: memory', ...needs.map(({ apiBytes }) => size(apiBytes))],
  ['PostgreSQL: cores', ...needs.map(({ postgres }) => round(postgres))],
  [`PostgreSQL: wait for a core (p99), of ${CORES_OF_POSTGRES.join(', ')}`, ...needs.map((_, i) => wait(i))],
  ['Redis: cores, of which it has one', ...needs.map(({ redis }) => round(redis))],
  ['Redis: memory of run logs', ...needs.map(({ redisBytes }) => size(redisBytes))],
];
console.log(`${pace} tokens a second in answers of ${tokens}\n`);
console.log(`| concurrent answers | ${STREAMS.map((streams) => streams.toLocaleString('en')).join(' | ')} |`);
console.log(`| --- | ${STREAMS.map(() => '--:').join(' | ')} |`);
for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);

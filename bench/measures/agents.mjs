/** What an agent with tools costs beside one without: CPU a token, and of the loop a turn. Two lengths of answers tell them apart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, ratio } from '../rig/numbers.mjs';
import { measureRounds } from './rounds.mjs';

/** Targets of the load generator; each is an agent of this name. */
const DIRECT = 'agent-direct';
const TOOLS = 'agent-tools';
/** Tokens of an answer. */
const SHORT = 100;
const LONG = 1_000;
const STREAMS = 40;
const PACE_MS = 10;
const AIM_TOKEN = 1.2;
const AIM_TURN_MS = 12;

/** @returns a folder with both agents, for `AGENTS_DIR` */
export function writeAgents(scratch) {
  const folder = join(scratch, 'bench-agents');
  mkdirSync(folder, { recursive: true });
  const agent = (name, more = '') =>
    writeFileSync(
      join(folder, `${name}.yaml`),
      `label: ${name}\ndescription: Of the benchmark.\nprompt: You say texts.\nretrieval: none\n${more}`,
    );
  agent(DIRECT);
  agent(TOOLS, 'tools: [calculator, current_time]\n');
  return folder;
}

/** @returns rows of the table */
export async function measureAgents(bench) {
  const cells = [SHORT, LONG].flatMap((tokens) =>
    [DIRECT, TOOLS].map((target) => {
      const replyMs = tokens * PACE_MS;
      const windowMs = Math.max(bench.plan.paced.windowMs, replyMs);
      return {
        key: `${target} ${tokens}`,
        label: `${target}, ${tokens} tokens each`,
        // At any moment as many begin as end.
        job: { target, tokens, paceMs: PACE_MS, rampMs: replyMs, windowMs },
        tokens,
      };
    }),
  );
  const rounds = await measureRounds(bench, STREAMS, cells);
  // CPU of a whole turn, in ms.
  const turnMs = (perToken) =>
    Object.fromEntries(cells.map(({ key, tokens }) => [key, perToken[key] * 1e3 * tokens]));
  return toRows(rounds.map(turnMs));
}

function toRows(rounds) {
  const perToken = (target) => (turns) =>
    (turns[`${target} ${LONG}`] - turns[`${target} ${SHORT}`]) / (LONG - SHORT);
  const direct = perToken(DIRECT);
  const tools = perToken(TOOLS);
  const loop = (turns) => {
    const rest = (target, each) => turns[`${target} ${SHORT}`] - SHORT * each(turns);
    return rest(TOOLS, tools) - rest(DIRECT, direct);
  };
  const micros = (value) => `${(value * 1e3).toFixed(0)} µs`;
  const value = median(rounds.map((turns) => tools(turns) / direct(turns)));
  const turnMs = median(rounds.map(loop));
  return [
    {
      figure: `CPU a token at ${PACE_MS} ms a token, ${STREAMS} streams of an agent with tools; one without beside it`,
      parley: micros(median(rounds.map(tools))),
      bare: micros(median(rounds.map(direct))),
      against: ratio(value),
      aim: `≤ ${AIM_TOKEN.toFixed(2)} ×`,
      isMet: value <= AIM_TOKEN,
    },
    {
      figure: 'CPU of its loop, a turn',
      parley: `${turnMs.toFixed(1)} ms`,
      aim: `≤ ${AIM_TURN_MS} ms`,
      isMet: turnMs <= AIM_TURN_MS,
    },
  ];
}

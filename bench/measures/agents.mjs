/** What an agent with tools costs beside one without: CPU a token, and of the loop a turn. Two lengths of answers tell them apart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, ratio } from '../rig/numbers.mjs';
import { register } from '../servers/parley.mjs';

/** Targets of the load generator; each is an agent of this name. */
const DIRECT = 'agent-direct';
const TOOLS = 'agent-tools';
/** Tokens of an answer. */
const SHORT = 100;
const LONG = 1_000;
const STREAMS = 40;
const STREAMS_PER_ACCOUNT = 10;
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
  const { plan } = bench;
  const { url, child } = bench.servers.parley;
  const rounds = [];
  for (let round = 1; round <= plan.rounds; round++) {
    const accounts = await register(bench.servers.parley, STREAMS / STREAMS_PER_ACCOUNT);
    const cells = [SHORT, LONG].flatMap((tokens) => [DIRECT, TOOLS].map((target) => ({ target, tokens })));
    const figures = {};
    for (const { target, tokens } of round % 2 ? cells : cells.toReversed()) {
      bench.say(`round ${round} of ${plan.rounds}: ${STREAMS} streams of ${target}, ${tokens} tokens each`);
      const replyMs = tokens * PACE_MS;
      const job = {
        job: 'measureStreams',
        target,
        url,
        pid: child.pid,
        root: process.pid,
        accounts,
        streams: STREAMS,
        tokens,
        paceMs: PACE_MS,
        // At any moment as many begin as end.
        rampMs: replyMs,
        windowMs: Math.max(plan.paced.windowMs, replyMs),
      };
      const result = await bench.load(job);
      bench.disturbed(result.foreign / result.seconds);
      // CPU of a whole turn, in ms.
      figures[`${target} ${tokens}`] = (result.cpu / result.tokens) * 1e3 * tokens;
    }
    rounds.push(figures);
  }
  return toRows(rounds);
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

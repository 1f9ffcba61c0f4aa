/** Throughput, CPU, first tokens and memory of many streams; Parley and the relay take turns, each round anew. */
import { count, median, megabytes, millis, ratio } from '../rig/numbers.mjs';
import { register } from '../servers/parley.mjs';

const TARGETS = ['relay', 'parley'];
/** As many streams share an account. */
const STREAMS_PER_ACCOUNT = 10;
const UNLOADED = { tokens: 2, paceMs: 20 };

/** @returns rows of the table */
export async function measureStreams(bench) {
  const { plan } = bench;
  const results = { unloaded: [] };
  for (let round = 1; round <= plan.rounds; round++) {
    // Access tokens would not outlive a long run.
    const accounts = await register(
      bench.servers.parley,
      Math.max(...plan.fullSpeed.streams) / STREAMS_PER_ACCOUNT,
    );
    // Who comes first changes, so that neither always finds the machine as the other has left it.
    const order = round % 2 ? TARGETS : TARGETS.toReversed();
    const say = (what) => bench.say(`round ${round} of ${plan.rounds}: ${what}`);

    say('one stream, unloaded');
    results.unloaded.push(await inTurn(order, (target) => unloaded(bench, target, accounts[0])));
    for (const [name, cell] of cellsOf(plan)) {
      say(`${cell.streams} streams, ${cell.paceMs ? `a token every ${cell.paceMs} ms` : 'full speed'}`);
      (results[name] ??= []).push(await inTurn(order, (target) => stream(bench, target, accounts, cell)));
    }
  }
  return toRows(plan, results);
}

/** Each number of streams, first at full speed, then paced: its name and the parameters of the load generator. */
function cellsOf({ tokens, paceMs, fullSpeed, paced }) {
  const cells = (name, { streams: counts, ...rest }, pace) =>
    counts.map((streams) => [name + streams, { streams, tokens, paceMs: pace, ...rest }]);
  return [...cells('full', fullSpeed, 0), ...cells('paced', paced, paceMs)];
}

async function inTurn(order, measure) {
  const both = {};
  for (const target of order) both[target] = await measure(target);
  return both;
}

async function unloaded(bench, target, token) {
  const { url, child } = bench.servers[target];
  const turns = bench.plan.unloadedTurns;
  const job = { job: 'measureTurns', target, url, pid: child.pid, token, turns, ...UNLOADED };
  return bench.load(job);
}

async function stream(bench, target, accounts, cell) {
  const { url, child } = bench.servers[target];
  const job = { job: 'measureStreams', target, url, pid: child.pid, root: process.pid, accounts, ...cell };
  const result = await bench.load(job);
  bench.disturbed(result.foreign / result.seconds);
  return result;
}

function toRows({ fullSpeed, paced, paceMs }, results) {
  const pace = `at ${paceMs} ms a token`;
  const [few, most] = [paced.streams[0], paced.streams.at(-1)];
  const fastest = fullSpeed.streams.at(-1);
  return [
    ...fullSpeed.streams.map((n) => rate(`tokens/s at full speed, ${n} streams`, results[`full${n}`])),
    rate(`tokens/s ${pace}, ${most} streams`, results[`paced${most}`]),
    ...paced.streams.map((n) => cpu(`CPU for 1,000 tokens ${pace}, ${n} streams`, results[`paced${n}`])),
    firstToken('first token (p50), unloaded', results.unloaded, 3),
    firstToken(`first token (p50), ${few} streams ${pace}`, results[`paced${few}`], 10),
    memory(`memory (RSS), ${fastest} streams at full speed`, results[`full${fastest}`]),
    memory(`memory (RSS), ${most} streams ${pace}`, results[`paced${most}`]),
  ];
}

function rate(figure, rounds) {
  const compared = compare(rounds, ({ tokens, seconds }) => tokens / seconds, count);
  return { figure, ...compared, aim: '≥ 0.90 ×', isMet: compared.value >= 0.9 };
}

function cpu(figure, rounds) {
  const compared = compare(rounds, (result) => (result.cpu / result.tokens) * 1e6, millis);
  return { figure, ...compared, aim: '≤ 1.40 ×', isMet: compared.value <= 1.4 };
}

function firstToken(figure, rounds, aim) {
  const of = (target) => rounds.map((round) => median(round[target].firstTokens));
  const [parley, bare] = [of('parley'), of('relay')];
  const added = median(parley.map((ms, i) => ms - bare[i]));
  return {
    figure,
    parley: millis(median(parley)),
    bare: millis(median(bare)),
    against: `+ ${millis(added)}`,
    aim: `≤ + ${aim} ms`,
    isMet: added <= aim,
  };
}

function memory(figure, rounds) {
  const highest = (target) => Math.max(...rounds.map((round) => round[target].rss));
  const [parley, bare] = [highest('parley'), highest('relay')];
  return {
    figure,
    parley: megabytes(parley),
    bare: megabytes(bare),
    aim: '≤ 350 MB',
    isMet: parley <= 350e6,
  };
}

/** Medians of both, and the median of the ratios within the rounds. */
function compare(rounds, of, format) {
  const [parley, bare] = TARGETS.toReversed().map((target) => rounds.map((round) => of(round[target])));
  const value = median(parley.map((figure, i) => figure / bare[i]));
  return { parley: format(median(parley)), bare: format(median(bare)), against: ratio(value), value };
}

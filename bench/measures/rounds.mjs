/** CPU of paced streams of several targets on one server, in rounds: every other round in reverse order. */
import { register } from '../servers/parley.mjs';

const STREAMS_PER_ACCOUNT = 10;

/**
 * @param cells each `{ key, label, job }`: what is measured, its words for progress, and what the load generator does
 * @returns for each round, CPU seconds a token by key
 */
export async function measureRounds(bench, streams, cells) {
  const { plan } = bench;
  const { url, child } = bench.servers.parley;
  const rounds = [];
  for (let round = 1; round <= plan.rounds; round++) {
    const accounts = await register(bench.servers.parley, streams / STREAMS_PER_ACCOUNT);
    const perToken = {};
    for (const { key, label, job } of round % 2 ? cells : cells.toReversed()) {
      bench.say(`round ${round} of ${plan.rounds}: ${streams} streams of ${label}`);
      const base = { job: 'measureStreams', url, pid: child.pid, root: process.pid, accounts, streams };
      const result = await bench.load({ ...base, ...job });
      bench.disturbed(result.foreign / result.seconds);
      perToken[key] = result.cpu / result.tokens;
    }
    rounds.push(perToken);
  }
  return rounds;
}

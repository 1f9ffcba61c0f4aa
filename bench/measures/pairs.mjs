/** Two servers that run Parley in two ways, at the same load in turn: the order changes from round to round. */
import { register } from '../servers/parley.mjs';

const STREAMS_PER_ACCOUNT = 10;

/**
 * @param servers two servers over one database, by name
 * @param cells what each is measured at, by name: parameters of the load generator
 * @returns for each round, by name of the server and of the cell, what was measured
 */
export async function measurePair(bench, servers, cells) {
  const { plan } = bench;
  const names = Object.keys(servers);
  const most = Math.max(...Object.values(cells).map(({ streams }) => streams));
  const figures = async (name, { paceMs, streams, ...more }, accounts, when) => {
    bench.say(
      `${when}: ${streams} streams, ${paceMs ? `a token every ${paceMs} ms` : 'full speed'}, ${name}`,
    );
    const { url, child } = servers[name];
    const target = { target: 'parley', url, pid: child.pid, root: process.pid, accounts };
    const load = { tokens: plan.tokens, paceMs, streams, ...more };
    return bench.load({ job: 'measureStreams', ...target, ...load });
  };
  const inTurn = async (order, when) => {
    const accounts = await register(servers[names[0]], most / STREAMS_PER_ACCOUNT);
    const measured = {};
    for (const name of order)
      for (const [cell, parameters] of Object.entries(cells))
        (measured[name] ??= {})[cell] = await figures(name, parameters, accounts, when);
    return measured;
  };
  // What a start leaves cold is compared by nobody.
  await inTurn(names, 'warming up');
  const rounds = [];
  for (let round = 1; round <= plan.rounds; round++) {
    const measured = await inTurn(round % 2 ? names : names.toReversed(), `round ${round} of ${plan.rounds}`);
    for (const cell of names.flatMap((name) => Object.values(measured[name])))
      bench.disturbed(cell.foreign / cell.seconds);
    rounds.push(measured);
  }
  return rounds;
}

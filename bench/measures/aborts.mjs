/** What is left of clients that connected and disconnected again. */
import { count, megabytes, ratio } from '../rig/numbers.mjs';
import { holdingsOf } from '../rig/processes.mjs';
import { register } from '../servers/parley.mjs';

const ACCOUNTS = 10;

/** @returns rows of the table */
export async function measureAborts({ plan, load, say, servers }) {
  const { url } = servers.parley;
  const { before, cycles, settleMs } = plan.aborts;
  const accounts = await register(servers.parley, ACCOUNTS);
  const abort = async (times, enough) => {
    say(`${count(times)} clients connect and leave`);
    await load({ job: 'abortMany', url, accounts, cycles: times });
    return settled(servers.parley, settleMs, enough);
  };
  // The first ones compile the code and fill caches and pools.
  const atFirst = await abort(before, 0);
  const atLast = await abort(cycles, atFirst.sockets);
  const growth = atLast.heapUsed / atFirst.heapUsed;
  return [
    {
      figure: `heap after ${count(cycles)} connects and aborts, against before`,
      parley: `${megabytes(atFirst.heapUsed)} → ${megabytes(atLast.heapUsed)}`,
      against: ratio(growth),
      aim: '≤ 1.10 ×',
      isMet: growth <= 1.1,
    },
    {
      figure: 'sockets of the server then, against before',
      parley: `${atFirst.sockets} → ${atLast.sockets}`,
      aim: 'no more',
      isMet: atLast.sockets <= atFirst.sockets,
    },
  ];
}

/**
 * Lets connections go that are idle: those to the model and to PostgreSQL are closed within 10 s.
 * @param ms how long to wait
 * @param enough sockets to stop waiting at
 * @returns what the server holds at its lowest
 */
async function settled(server, ms, enough) {
  const deadline = performance.now() + ms;
  let lowest = await holdingsOf(server);
  while (lowest.sockets > enough && performance.now() < deadline) {
    const held = await holdingsOf(server);
    if (held.sockets <= lowest.sockets) lowest = held;
  }
  return lowest;
}

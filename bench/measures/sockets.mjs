/** What an idle WebSocket takes: how much the memory of a server grows with many of them. */
import { count, kilobytes, ratio } from '../rig/numbers.mjs';
import { fileLimit } from '../rig/proc.mjs';
import { holdingsOf } from '../rig/processes.mjs';
import { register } from '../servers/parley.mjs';

/** Files that a process has open beside its sockets. */
const OTHER_FILES = 200;
const MAX_READINGS = 8;

/** @returns rows of the table */
export async function measureSockets({ plan, load, say, servers }) {
  const { before, sockets: wished } = plan.idle;
  const sockets = Math.min(wished, fileLimit() - before - OTHER_FILES);
  const [token] = await register(servers.parley, 1);
  const endpoints = {
    bare: servers.bare.url.replace('http', 'ws'),
    parley: `${servers.parley.url.replace('http', 'ws')}/async_chat?keepAlive=1&token=${token}`,
  };
  const grown = async (name) => {
    say(`${count(sockets)} idle sockets at ${name === 'bare' ? 'a bare server' : 'Parley'}`);
    // The first ones fill what a start leaves empty.
    await load({ job: 'openSockets', endpoint: endpoints[name], count: before });
    const atFirst = await steady(servers[name]);
    await load({ job: 'openSockets', endpoint: endpoints[name], count: sockets });
    const atLast = await holdingsOf(servers[name]);
    await load({ job: 'closeSockets' });
    return {
      rss: (atLast.rss - atFirst.rss) / sockets,
      heapUsed: (atLast.heapUsed - atFirst.heapUsed) / sockets,
    };
  };
  const [bare, parley] = [await grown('bare'), await grown('parley')];
  const some = `${count(sockets)} of them${sockets < wished ? ' (ulimit -n)' : ''}`;
  // What the operating system hands out comes in large pieces; the heap is counted to the byte.
  return [
    toRow(`memory (RSS) of an idle WebSocket, ${some}`, parley.rss, bare.rss),
    toRow(`heap of an idle WebSocket, ${some}`, parley.heapUsed, bare.heapUsed),
  ];
}

/** What a server holds once it has done whatever a start leaves to be done. */
async function steady(server) {
  let held = await holdingsOf(server);
  for (let i = 0; i < MAX_READINGS; i++) {
    const { heapUsed } = held;
    held = await holdingsOf(server);
    if (Math.abs(held.heapUsed / heapUsed - 1) < 0.005) break;
  }
  return held;
}

function toRow(figure, parley, bare) {
  const against = parley / bare;
  return {
    figure,
    parley: kilobytes(parley),
    bare: kilobytes(bare),
    against: ratio(against),
    aim: '≤ 1.60 ×',
    isMet: against <= 1.6,
  };
}

/** Many streams at once at one target: each takes a turn, then the next, in conversations of their own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, foreignCpu, rssOf } from '../rig/proc.mjs';
import { TEXTS } from '../rig/replies.mjs';
import { Connection } from './connection.mjs';
import { Tally } from './tallies.mjs';
import { takeTurn } from './turn.mjs';

/** After a failure a stream waits as long as Parley's `Retry-After`: refusals cost the server time as well. */
const RETRY_MS = 2_000;
const RSS_EVERY_MS = 250;
/** Conversations that are read again afterwards. */
const REREAD = 25;

/**
 * What is measured begins when each stream has had its first turn: the first of all begin at once, which is another
 * thing.
 * @param job `target`, `url`, `pid` of the server, `root` of all that belongs to the benchmark, `accounts` (access
 *   tokens), `streams`, `tokens`, `paceMs`, `rampMs` over which the streams begin, `windowMs` of what is measured
 * @returns tokens, seconds, CPU seconds of the server and of other processes, the highest RSS, first tokens in ms, the
 * tally
 */
export async function measureStreams(job) {
  const { windowMs, streams, pid, root } = job;
  const cell = { tokens: 0, isOpen: false, isOver: false, firstTokens: [], tally: new Tally(), finished: [] };
  let running;
  await new Promise((/** @type {(value?: undefined) => void} */ onWarm) => {
    let cold = streams;
    const onFirstTurn = () => --cold === 0 && onWarm();
    running = Array.from({ length: streams }, (_, i) => keepStreaming(job, cell, i, onFirstTurn));
  });

  const readings = () => ({ at: performance.now(), cpu: cpuOf(pid), foreign: foreignCpu(root) });
  let rss = 0;
  const watch = setInterval(() => (rss = Math.max(rss, rssOf(pid))), RSS_EVERY_MS);
  const before = readings();
  cell.isOpen = true;
  await sleep(windowMs);
  cell.isOpen = false;
  const after = readings();
  clearInterval(watch);

  // Turns that are under way are checked too.
  cell.isOver = true;
  await Promise.all(running);
  if (job.target === 'parley') await reread(job, cell);
  return {
    tokens: cell.tokens,
    seconds: (after.at - before.at) / 1_000,
    cpu: after.cpu - before.cpu,
    foreign: after.foreign - before.foreign,
    rss,
    firstTokens: cell.firstTokens,
    tally: cell.tally,
  };
}

async function keepStreaming(job, cell, number, onFirstTurn) {
  const { url, target, accounts, streams, tokens, paceMs, rampMs } = job;
  await sleep((number * rampMs) / streams);
  const connection = new Connection(url);
  const endpoint = { target, connection, token: accounts[number % accounts.length] };
  const onTokens = (count) => {
    if (cell.isOpen) cell.tokens += count;
  };
  for (let text = number; !cell.isOver; text += streams) {
    const isCounted = cell.isOpen;
    const turn = await takeTurn(endpoint, { text: text % TEXTS, tokens, paceMs }, { onTokens });
    cell.tally.count(turn);
    if (text === number) onFirstTurn();
    if (isCounted && turn.firstMs !== undefined) cell.firstTokens.push(turn.firstMs);
    if (turn.verdict === 'right') cell.finished.push({ ...turn, token: endpoint.token });
    else await sleep(RETRY_MS);
  }
  connection.close();
}

/** Compares what the server has stored, in some conversations from the first to the last. */
async function reread({ url }, { finished, tally }) {
  const step = Math.max(1, Math.floor(finished.length / REREAD));
  for (const { conversation, text, token } of finished.filter((_, i) => i % step === 0)) {
    const response = await fetch(`${url}/conversations/${conversation}/messages`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const { messages = [] } = /** @type {any} */ (await response.json());
    tally.reread++;
    const [question, answer] = messages;
    if (messages.length === 2 && question.role === 'user' && answer.content === text) continue;
    tally.differ++;
    tally.explain(`stored: ${JSON.stringify(messages).slice(0, 200)}`);
  }
}

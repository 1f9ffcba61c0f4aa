/** Turns one after the other, which nothing else stands in the way of. */
import { cpuOf } from '../rig/proc.mjs';
import { TEXTS } from '../rig/replies.mjs';
import { Connection } from './connection.mjs';
import { Tally } from './tallies.mjs';
import { takeTurn } from './turn.mjs';

/**
 * @param job `target`, `url`, `pid` of the server, `token` of an account, `turns`, `tokens`, `paceMs`, and the
 *   `conversation` they are taken in; each in a new one when it is left out
 * @returns milliseconds to the first token and to the end of each turn, CPU seconds of the server, the tally
 */
export async function measureTurns({ target, url, pid, token, turns, tokens, paceMs, conversation }) {
  const connection = new Connection(url);
  const [firstTokens, ends, tally] = [[], [], new Tally()];
  const before = cpuOf(pid);
  for (let i = 0; i < turns; i++) {
    const order = { text: i % TEXTS, tokens, paceMs };
    const turn = await takeTurn({ target, connection, token }, order, { conversation });
    tally.count(turn);
    if (turn.verdict !== 'right') continue;
    firstTokens.push(turn.firstMs);
    ends.push(turn.ms);
  }
  connection.close();
  return { firstTokens, ends, cpu: cpuOf(pid) - before, tally };
}

/** The figures as one table in Markdown. */
import { loadavg } from 'node:os';
import { count, sum } from './rig/numbers.mjs';
import { placement } from './rig/processes.mjs';
import { machine, printTable } from './rig/table.mjs';
import { VERDICTS } from './client/tallies.mjs';

/** @returns the row of what matters most */
export function repliesRow(tally) {
  const [, ...bad] = VERDICTS;
  const all = sum(VERDICTS.map((verdict) => tally[verdict]));
  return {
    figure: `replies that are ${bad.join(', ')}; stored ones that differ`,
    parley: `${bad.map((verdict) => tally[verdict]).join(', ')}; ${tally.differ}`,
    against: `of ${count(all)}; ${count(tally.reread)}`,
    aim: 'none',
    isMet: tally.isGood,
  };
}

/**
 * @param rows `figure`, `parley`, `bare`, `against` (the ratio, as a rule), `aim`, `isMet`; all but the first may be
 * missing
 */
export function print(rows, { engines, otherLoad, tally }) {
  console.log(`${machine()}, ${placement}; ${engines.summary.replaceAll('\n', '; ')}`);
  if (otherLoad.length > 0)
    console.log(
      `other work took ${Math.max(0, ...otherLoad).toFixed(2)} cores at most; load ${loadavg()[0].toFixed(1)}`,
    );
  for (const reason of tally.reasons) console.log(`! ${reason}`);
  console.log();
  printTable(
    ['figure', 'Parley', 'bare', 'against it', 'aim', 'met'],
    rows.map(({ figure, parley, bare = '', against = '', aim = '', isMet }) => [
      figure,
      parley,
      bare,
      against,
      aim,
      isMet === undefined ? '' : isMet ? 'yes' : 'no',
    ]),
  );
}

import { TimeSlices } from '../common/time/time-slices.js';

const waiting: (() => void)[] = [];
let isServing = false;

/**
 * Lets a reader that was behind catch up, when it is its turn. Many may have read all they had at the same moment, and to
 * translate what each of them missed is work that those who keep up must not wait for: it is done in slices.
 */
export function catchUp(follow: () => void): void {
  waiting.push(follow);
  if (!isServing) void serve();
}

async function serve(): Promise<void> {
  isServing = true;
  const slices = new TimeSlices();
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    next();
    await slices.pause();
  }
  isServing = false;
}

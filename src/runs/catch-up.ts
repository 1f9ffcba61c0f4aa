import { TimeSlices } from '../common/time/time-slices.js';

const waiting: (() => void)[] = [];
let isServing = false;

/**
 * Queues the replay for a reader that is behind. Many readers can fall behind at the same moment, and translating
 * the events each of them missed would delay the readers that are up to date: the work is done in time slices.
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

import { isTerminal, type RunEvent, type TerminalEvent } from '../runs/run.js';
import type { RunService } from '../runs/run.service.js';

/** Waits for the end of a run. @returns all that happened in it, for surfaces that answer in one piece */
export function collectRun(
  runs: RunService,
  runId: string,
): Promise<{ events: RunEvent[]; end: TerminalEvent }> {
  return new Promise((resolve) => {
    const events: RunEvent[] = [];
    const unwatch = runs.watch(runId, 0, (news) => {
      events.push(...news);
      const end = news.at(-1);
      if (!end || !isTerminal(end)) return;
      // A run that is over is shown before there is anything to stop.
      queueMicrotask(() => unwatch());
      resolve({ events, end });
    });
  });
}

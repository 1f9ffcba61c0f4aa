import type { ServerResponse } from 'node:http';
import { SseWriter } from '../common/sse.js';
import { isTerminal, type RunEvent } from './run.js';
import type { RunService } from './run.service.js';

/** A dialect's translation of one event into SSE frames; `''` when the event means nothing there. */
export type ToSse = (event: RunEvent) => string;

/** Sends a run to an HTTP response from its first event to its last. The run goes on if the client leaves. */
export function streamRun(response: ServerResponse, runs: RunService, runId: string, toSse: ToSse): void {
  const writer = new SseWriter(response, () => unwatch?.());
  // All that comes at once leaves in one write.
  const unwatch = runs.watch(runId, 0, (events) => {
    const frames = events.map(toSse).join('');
    if (events.some(isTerminal)) writer.end(frames);
    else writer.write(frames);
  });
}

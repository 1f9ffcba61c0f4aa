import type { WebSocket } from 'ws';
import { sendWithBackpressure } from '../common/sockets/sockets.js';
import { catchUp } from '../runs/catch-up.js';
import { isTerminal, type RunEvent } from '../runs/run.js';
import type { RunService } from '../runs/run.service.js';

/**
 * Sends a run over a WebSocket as `streamRun` does over HTTP: a reader that falls behind is let go, and when it has read
 * it is brought up from the log. Resolves after the last event, or when the socket closes; the run goes on without it.
 * @param toFrames a surface's translation of one event; none when it means nothing there
 */
export function sendRun(
  socket: WebSocket,
  runs: RunService,
  runId: string,
  toFrames: (event: RunEvent) => string[],
): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    let isBehind = true;
    let isOver = false;
    let unwatch = () => {};

    const show = (events: readonly RunEvent[]) => {
      for (const event of events) {
        if (isBehind) break;
        for (const frame of toFrames(event)) isBehind = !sendWithBackpressure(socket, frame, comeBack);
        seen = event.offset;
        if (isTerminal(event)) leave();
      }
      if (isBehind) unwatch();
    };
    const follow = () => {
      if (!isBehind || isOver) return;
      isBehind = false;
      unwatch = runs.watch(runId, seen, show);
      // A long run is too much, or over, before there is anything to stop.
      if (isBehind || isOver) unwatch();
    };
    const comeBack = () => catchUp(follow);
    const leave = () => {
      isOver = true;
      unwatch();
      socket.off('close', leave);
      resolve();
    };
    socket.once('close', leave);
    if (socket.readyState === socket.CLOSED) leave();
    else follow();
  });
}

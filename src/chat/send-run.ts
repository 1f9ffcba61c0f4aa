import type { WebSocket } from 'ws';
import { sendWithBackpressure } from '../common/sockets/sockets.js';
import { catchUp } from '../runs/catch-up.js';
import { isTerminal, type RunEvent } from '../runs/run.js';
import type { RunService } from '../runs/run.service.js';

/**
 * Sends a run over a WebSocket, as `streamRun` does over HTTP: a slow reader is unsubscribed when its buffer is
 * full and catches up from the log once it has drained. Resolves after the terminal event or when the socket
 * closes; the run continues without the socket.
 * @param toFrames a surface's translation of one event; no frames for events without an equivalent
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
      // A long run may fill the buffer, or end, before `unwatch` is assigned.
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

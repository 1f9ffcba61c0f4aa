import type { ApprovalRequest } from '../../../agents/agent.js';
import { advance, emptySnapshot, type RunSnapshot } from '../../../runs/run-snapshot.js';
import { isTerminal, type RunEvent, type TerminalEvent } from '../../../runs/run.js';
import type { RunService } from '../../../runs/run.service.js';

type Watched = Pick<RunService, 'watch'>;

/**
 * The events of one response. A run that waited for approval is several responses: each ends where the run waits, and
 * the decisions are the input of the next.
 */
export class RunPart implements Watched {
  private readonly snapshot: RunSnapshot = emptySnapshot();
  private readonly approvals: ApprovalRequest[] = [];

  /** @param after offset behind which the response begins; 0 for the first of a run */
  constructor(
    private readonly runs: Watched,
    private readonly after: number,
  ) {}

  /** As `RunService.watch`, up to the end of the response; earlier responses of the run are included. */
  readonly watch: Watched['watch'] = (runId, after, sink) => {
    let isOver = false;
    const stop = this.runs.watch(runId, after, (events) => {
      if (isOver) return;
      const own = this.until(events);
      const last = own.at(-1);
      isOver = last !== undefined && isTerminal(last);
      // A finished run is shown synchronously, before `stop` is assigned.
      if (isOver) queueMicrotask(() => stop());
      if (last) sink(own);
    });
    return () => {
      isOver = true;
      stop();
    };
  };

  /** Waits for the end of the response. @param onlyNow resolves at once with the events so far, without an end */
  async events(runId: string, onlyNow = false): Promise<{ events: RunEvent[]; end: TerminalEvent | null }> {
    return new Promise((resolve) => {
      const all: RunEvent[] = [];
      const unwatch = this.watch(runId, 0, (events) => {
        all.push(...events);
        const last = all.at(-1)!;
        const end = isTerminal(last) ? last : null;
        if (!end && !onlyNow) return;
        queueMicrotask(() => unwatch());
        resolve({ events: all, end });
      });
    });
  }

  private until(events: readonly RunEvent[]): RunEvent[] {
    const own: RunEvent[] = [];
    for (const event of events) {
      if (isTerminal(event)) return [...own, event];
      const isAsking = event.type === 'tool' && event.phase === 'waiting' && event.offset > this.after;
      if (this.approvals.length > 0 && !isAsking) return [...own, this.waited()];
      if (isAsking)
        this.approvals.push({
          id: event.approvalId,
          callId: event.id,
          tool: event.name,
          input: event.input,
        });
      advance(this.snapshot, event);
      own.push(event);
    }
    return own;
  }

  /** The suspension, which ends a response of a run that resumes later, is not in the log. */
  private waited(): TerminalEvent {
    const { offset, reply, state } = this.snapshot;
    const { approvals } = this;
    return { type: 'waiting', offset, reply, state, approvals, message: '', expiresAt: '' };
  }
}

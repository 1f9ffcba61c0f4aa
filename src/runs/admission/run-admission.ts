import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ConcurrencyLimiter } from '../../common/concurrency/concurrency-limiter.js';
import { ParleyError } from '../../common/errors.js';
import { Config } from '../../config/config.js';
import { AccountLimits } from '../../limits/account-limits.js';
import { currentCall, type CallContext } from '../../telemetry/call-context.js';
import { RunProducer } from '../run-producer.js';

const RESOLUTION_MS = 10;
/** Averaging window of the event-loop delay, in ms. */
const WINDOW_MS = 500;
/**
 * With fewer runs no request is refused for the delay: other programs on the machine cause it, and a refusal costs the
 * client `Retry-After`, which is longer than the delay.
 */
const FEW_RUNS = 200;
/** Maximum number of starts waiting for a PostgreSQL connection; the pool itself has no limit. */
const MAX_WAITING = 1_000;
/**
 * When the oldest of them has waited for so long, in ms, new ones are refused at once: PostgreSQL is slower than they
 * come, and each would wait for longer. A burst waits its turn.
 */
const MAX_WAIT_MS = 3_000;

/**
 * Admission control (load shedding): refuses new runs while this process is saturated, immediately and with
 * `Retry-After`, so that a client can retry on another replica and the admitted runs keep their speed.
 */
@Injectable()
export class RunAdmission implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly starts: ConcurrencyLimiter;
  private timer?: NodeJS.Timeout;
  /** Mean event-loop delay of the last window, in ms. */
  private delayMs = 0;
  /** Admitted starts whose run has not begun yet. */
  private pending = 0;
  /** How the admission of a request ends that was admitted as a whole. */
  private readonly admitted = new WeakMap<CallContext, () => void>();

  constructor(
    private readonly config: Config,
    private readonly limits: AccountLimits,
    private readonly producer: RunProducer,
  ) {
    // The remaining connections are reserved for other requests.
    this.starts = new ConcurrencyLimiter(
      Math.max(1, Math.floor(config.env.DATABASE_POOL * 0.8)),
      MAX_WAITING,
    );
  }

  onApplicationBootstrap(): void {
    this.delay.enable();
    this.timer = setInterval(() => this.measure(), WINDOW_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  /**
   * Admits the current request once, for the run that it starts. Until that has begun it counts like one.
   * @returns a function that ends the admission
   * @throws ParleyError `shutdown` or `overloaded`
   */
  admitCall(): () => void {
    this.decide();
    const release = this.reserve();
    const call = currentCall();
    if (call) this.admitted.set(call, release);
    return release;
  }

  /**
   * For whatever starts a run; a request that was admitted is not refused any more.
   * @throws ParleyError `shutdown` or `overloaded`
   */
  admit(): void {
    if (!this.admission) this.decide();
  }

  /**
   * Runs a statement that starts a run, within the account's limit and the concurrency limit.
   * @param start returns null when no run was started
   * @throws ParleyError `too-many-runs` of the account; `too-busy` when the queue is full; the errors of `start`
   */
  async queued<T>(
    run: { ownerId: string; runId: string },
    start: () => Promise<T | null>,
  ): Promise<T | null> {
    const begins = this.admission ?? this.reserve();
    let begun: T | null = null;
    try {
      const release = await this.limits.acquire('runs', run.ownerId, run.runId);
      try {
        return (begun = await this.starts.run(start));
      } finally {
        // A started run holds its slot until it ends.
        if (!begun) release();
      }
    } finally {
      begins();
    }
  }

  private get admission(): (() => void) | undefined {
    const call = currentCall();
    return call && this.admitted.get(call);
  }

  /** Runs in progress in this process, and those that are about to begin. */
  private get load(): number {
    return this.producer.activeRuns + this.pending;
  }

  private reserve(): () => void {
    this.pending += 1;
    let isPending = true;
    return () => {
      if (isPending) this.pending -= 1;
      isPending = false;
    };
  }

  private decide(): void {
    this.producer.refuseWhileDraining();
    const { MAX_ACTIVE_RUNS: maxRuns, MAX_EVENT_LOOP_DELAY_MS: maxDelay } = this.config.env;
    const { load, delayMs, starts } = this;
    if (!isOverloaded({ load, delayMs, waitMs: starts.waitMs, maxRuns, maxDelay })) return;
    throw new ParleyError('unavailable', 'overloaded', 'The server is busy. Please try again shortly.', {
      retryAfter: 2,
    });
  }

  private measure(): void {
    // The histogram holds the time between two timers, in ns.
    this.delayMs = this.delay.count > 0 ? Math.max(0, this.delay.mean / 1e6 - RESOLUTION_MS) : 0;
    this.delay.reset();
  }
}

/** @param state `waitMs` of the oldest waiting start; `maxDelay` 0 means no limit of any delay */
export function isOverloaded(state: {
  load: number;
  delayMs: number;
  waitMs: number;
  maxRuns: number;
  maxDelay: number;
}): boolean {
  const { load, delayMs, waitMs, maxRuns, maxDelay } = state;
  if (load >= maxRuns) return true;
  return maxDelay > 0 && (waitMs > MAX_WAIT_MS || (delayMs > maxDelay && load >= FEW_RUNS));
}

export const notContinuable = () =>
  new ParleyError(
    'conflict',
    'not-continuable',
    'This run cannot be continued: it is complete or not the last',
  );

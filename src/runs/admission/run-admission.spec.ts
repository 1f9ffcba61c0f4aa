import { AdaptiveLimit } from './adaptive-limit.js';
import type { Config } from '../../config/config.js';
import type { AccountLimits } from '../../limits/account-limits.js';
import { inCall } from '../../telemetry/call-context.js';
import { isOverloaded, RunAdmission } from './run-admission.js';
import type { RunProducer } from '../run-producer.js';

describe('a process', () => {
  const quiet = { load: 100, limit: 200, waitMs: 0, maxRuns: 1_000, maxDelay: 50 };

  it.each([
    ['with some runs', {}, false],
    ['with as many runs as it may have', { load: 1_000, limit: 2_000 }, true],
    ['with as many runs as its event loop serves', { load: 200 }, true],
    ['where starts wait for less than they are allowed to', { waitMs: 2_900 }, false],
    ['where starts wait for PostgreSQL for too long', { waitMs: 3_100, load: 0 }, true],
    ['whose event loop may be slow', { load: 900, maxDelay: 0 }, false],
    ['where starts may wait', { waitMs: 9_000, maxDelay: 0 }, false],
  ])('%s takes new runs unless it has too much to do', (_name, state, isTooMuch) => {
    expect(isOverloaded({ ...quiet, ...state })).toBe(isTooMuch);
  });
});

describe('the limit that follows the delay of the event loop', () => {
  const after = (...windows: [delayMs: number, load: number][]) => {
    const limit = new AdaptiveLimit();
    for (const [delayMs, load] of windows) limit.adapt(delayMs, 50, load);
    return limit.value;
  };

  it('is reduced below the load under which the delay was too long', () => {
    expect(after([51, 150])).toBe(135);
    expect(after([51, 150], [80, 135])).toBe(121);
  });

  it('is not reduced below a load that cannot be the cause', () => {
    expect(after([500, 3])).toBe(50);
  });

  it('is raised while it is used without delay, and kept otherwise', () => {
    expect(after([10, 190])).toBe(220);
    expect(after([500, 3], [10, 50], [10, 55])).toBe(60);
    expect(after([10, 20])).toBe(200);
  });
});

describe('admission to a process with one run in progress, which may have three', () => {
  let admission: RunAdmission;
  const request = <T>(act: () => T) => inCall({ traceId: 'a request' }, act);
  const refusal = expect.objectContaining({ code: 'overloaded' }) as Error;

  beforeEach(() => {
    const env = { DATABASE_POOL: 10, MAX_ACTIVE_RUNS: 3, MAX_EVENT_LOOP_DELAY_MS: 0 };
    const limits = { acquire: async () => () => undefined };
    const producer = { activeRuns: 1, refuseWhileDraining: () => undefined };
    admission = new RunAdmission(
      { env } as unknown as Config,
      limits as unknown as AccountLimits,
      producer as unknown as RunProducer,
    );
  });

  it('counts admitted requests until they end', () => {
    const end = request(() => admission.admitCall());
    request(() => admission.admitCall());
    expect(() => request(() => admission.admitCall())).toThrow(refusal);
    end();
    end();
    request(() => admission.admitCall());
    expect(() => admission.admit()).toThrow(refusal);
  });

  it('counts admitted requests no longer when their run begins', async () => {
    const run = { ownerId: 'me', runId: 'a run' };
    await request(() => {
      admission.admitCall();
      return admission.queued(run, async () => 'begun');
    });
    request(() => admission.admitCall());
    request(() => admission.admitCall());
    expect(() => admission.admit()).toThrow(refusal);
  });

  it('decides about a request once', () => {
    request(() => admission.admitCall());
    request(() => {
      admission.admitCall();
      expect(() => admission.admit()).not.toThrow();
    });
  });
});

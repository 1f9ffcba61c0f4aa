import type { Config } from '../../config/config.js';
import type { AccountLimits } from '../../limits/account-limits.js';
import { inCall } from '../../telemetry/call-context.js';
import { isOverloaded, RunAdmission } from './run-admission.js';
import type { RunProducer } from '../run-producer.js';

describe('a process', () => {
  const quiet = { load: 100, delayMs: 0, waitMs: 0, maxRuns: 1_000, maxDelay: 50 };

  it.each([
    ['with some runs', {}, false],
    ['with as many runs as it may have', { load: 1_000 }, true],
    ['with many runs and a slow event loop', { load: 200, delayMs: 51 }, true],
    ['with many runs that arrive at once', { load: 999 }, false],
    ['with some runs, slowed by other programs', { load: 199, delayMs: 5_000 }, false],
    ['where starts wait for less than they are allowed to', { waitMs: 2_900 }, false],
    ['where starts wait for PostgreSQL for too long', { waitMs: 3_100, load: 0 }, true],
    ['whose event loop may be slow', { load: 900, delayMs: 5_000, maxDelay: 0 }, false],
    ['where starts may wait', { waitMs: 9_000, maxDelay: 0 }, false],
  ])('%s takes new runs unless it has too much to do', (_name, state, isTooMuch) => {
    expect(isOverloaded({ ...quiet, ...state })).toBe(isTooMuch);
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

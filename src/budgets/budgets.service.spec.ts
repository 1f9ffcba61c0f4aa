import { Config } from '../config/config.js';
import type { Logger } from '../common/logger.js';
import type { BudgetLedgerRepository } from '../database/repositories/budgets/budget-ledger.repository.js';
import type { StoredBudget } from '../database/repositories/budgets/budgets.repository.js';
import type { BudgetList } from './budget-list.js';
import { Budgets } from './budgets.service.js';

const RUN = { runId: 'run', ownerId: 'me', message: 'Hello' };
const BUDGET: StoredBudget = {
  id: 'b',
  subjectType: 'user',
  subjectId: 'me',
  unit: 'runs',
  period: 'day',
  amount: 5,
};

/** @param budgets that apply to every run @param taken of each of them before a run @param ended of it, not settled yet */
function setUp(budgets: StoredBudget[], taken = { reserved: 0, settled: 0 }, ended = 0) {
  const calls: unknown[] = [];
  const ledger = {
    reserve: async (runId: string) => {
      calls.push(['reserve', runId]);
      return budgets.map(({ id, amount }) => ({ budgetId: id, amount, need: 1, ...taken, fits: true }));
    },
    settle: async (grace: number, runIds: string[]) => {
      calls.push(['settle', grace, runIds]);
      taken.reserved -= ended;
      return [];
    },
  };
  const list = { isEmpty: budgets.length === 0, of: () => budgets };
  const service = new Budgets(
    list as unknown as BudgetList,
    ledger as unknown as BudgetLedgerRepository,
    new Config({ JWT_SECRET: 'x'.repeat(32) }),
    { warn: () => undefined } as unknown as Logger,
  );
  return { service, calls };
}

describe('budgets', () => {
  it('cost runs that none applies to no query, neither before nor after', async () => {
    const { service, calls } = setUp([]);
    expect(await service.reserving(RUN, async () => 'begun')).toBe('begun');
    service.settle('run');
    await service.onApplicationShutdown();
    expect(calls).toEqual([]);
  });

  it('release the reservation of a refused run immediately', async () => {
    const { service, calls } = setUp([BUDGET]);
    const refused = service.reserving(RUN, () => Promise.reject(new Error('busy')));
    await expect(refused).rejects.toThrow('busy');
    expect(calls).toEqual([
      ['reserve', 'run'],
      ['settle', 0, ['run']],
    ]);
  });

  it('keep the reservation of a run that may have begun although its response was lost', async () => {
    const { service, calls } = setUp([BUDGET]);
    const lost = service.reserving(RUN, () => Promise.reject(new Error('Query read timeout')));
    await expect(lost).rejects.toThrow('timeout');
    expect(calls).toEqual([['reserve', 'run']]);
  });

  it('settle concurrently ending runs together', async () => {
    const { service, calls } = setUp([BUDGET]);
    for (const runId of ['first', 'second', 'third']) service.settle(runId);
    await service.onApplicationShutdown();
    expect(calls).toEqual([
      ['settle', 300, ['first']],
      ['settle', 300, ['second', 'third']],
    ]);
  });

  it('do not refuse for answers that have ended and are not settled yet', async () => {
    const { service, calls } = setUp([BUDGET], { reserved: 1, settled: 4 }, 1);
    expect(await service.reserving(RUN, async () => 'begun')).toBe('begun');
    expect(calls).toEqual([
      ['reserve', 'run'],
      ['settle', 300, undefined],
      ['reserve', 'run'],
    ]);
  });

  it('refuse with the budget that is renewed last', async () => {
    const total = { ...BUDGET, id: 't', period: 'total' } as const;
    const { service } = setUp([BUDGET, total], { reserved: 0, settled: 5 });
    const refused = service.reserving(RUN, async () => 'begun');
    await expect(refused).rejects.toMatchObject({
      code: 'budget-exceeded',
      retryAfter: 86_400,
      rateLimit: { policy: 'budget', quota: 5, unit: 'requests', remaining: 0, window: undefined },
      detail: 'Your budget of 5 runs in all is used up.',
    });
  });
});

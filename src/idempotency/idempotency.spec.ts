import type { Logger } from '../common/logger.js';
import type {
  IdempotencyClaim,
  IdempotencyRepository,
} from '../database/repositories/idempotency.repository.js';
import { Idempotency } from './idempotency.js';

const CLAIM: IdempotencyClaim = { userId: 'u', route: 'POST /chat', key: 'k', bodyHash: 'h' };
const REQUESTS = 250;

describe('concurrent requests of one claim', () => {
  /** Looks at the key, each with its own answer. */
  const whereLooks = (...looks: (Error | null)[]) => {
    const keys: Partial<IdempotencyRepository> = {
      find: async () => {
        const answer = looks.shift() ?? null;
        if (answer) throw answer;
        return null;
      },
    };
    return new Idempotency(keys as IdempotencyRepository, {} as Logger);
  };
  const send = (idempotency: Idempotency, act: () => Promise<object>) =>
    Promise.allSettled(Array.from({ length: REQUESTS }, () => idempotency.once(CLAIM, act)));

  it('act once', async () => {
    let acts = 0;
    const answers = await send(whereLooks(), async () => ({ act: ++acts }));
    for (const answer of answers) expect(answer).toEqual({ status: 'fulfilled', value: { act: 1 } });
  });

  it('are refused one by one when PostgreSQL does not answer', async () => {
    const timeout = new Error('timeout exceeded when trying to connect');
    let acts = 0;
    const answers = await send(whereLooks(timeout, timeout), async () => ({ act: ++acts }));
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(acts).toBe(1);
  });

  it('are all refused when the first was refused for its content', async () => {
    const answers = await send(whereLooks(), () => Promise.reject(new Error('no such agent')));
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
  });
});

import { jest } from '@jest/globals';
import type { Account, UsersRepository } from '../../database/repositories/users.repository.js';
import type { AccountChanges, AccountListener } from './account-changes.js';
import { AccountCache } from './account-cache.js';

const account = (id: string): Account => ({
  id,
  email: `${id}@example.com`,
  name: null,
  groups: [],
  isActive: true,
  isSuperuser: false,
  tokenEpoch: 0,
});

/** A repository that records its queries and resolves them on demand. */
function cacheOver(find: (id: string) => Promise<Account | null>) {
  const queries: string[] = [];
  const users = {
    findAccount: (id: string) => {
      queries.push(id);
      return find(id);
    },
  };
  const heard: AccountListener[] = [];
  const changes = { isConnected: true, listen: (listener: AccountListener) => heard.push(listener) };
  const cache = new AccountCache(users as unknown as UsersRepository, changes as unknown as AccountChanges);
  return { cache, queries, changes, heard: heard[0]! };
}

describe('AccountCache', () => {
  afterEach(() => jest.useRealTimers());

  it('queries once for concurrent and later callers', async () => {
    const { cache, queries } = cacheOver(async (id) => account(id));
    await Promise.all([cache.get('a'), cache.get('a')]);
    expect(await cache.get('a')).toEqual(account('a'));
    expect(queries).toEqual(['a']);
  });

  it('queries again after ten seconds', async () => {
    jest.useFakeTimers();
    const { cache, queries } = cacheOver(async (id) => account(id));
    await cache.get('a');
    jest.advanceTimersByTime(9_999);
    await cache.get('a');
    expect(queries).toHaveLength(1);
    jest.advanceTimersByTime(1);
    await cache.get('a');
    expect(queries).toHaveLength(2);
  });

  it('queries again after a second while messages of other replicas cannot arrive', async () => {
    jest.useFakeTimers();
    const { cache, queries, changes } = cacheOver(async (id) => account(id));
    changes.isConnected = false;
    await cache.get('a');
    jest.advanceTimersByTime(1_000);
    await cache.get('a');
    expect(queries).toHaveLength(2);
  });

  it('drops its entries after a gap in the announcements of other replicas', async () => {
    const { cache, queries, heard } = cacheOver(async (id) => account(id));
    await cache.get('a');
    heard.onGap();
    await cache.get('a');
    expect(queries).toHaveLength(2);
  });

  it('does not cache an account read before a change', async () => {
    const answers: ((found: Account | null) => void)[] = [];
    const { cache, heard } = cacheOver(() => new Promise((resolve) => answers.push(resolve)));
    const early = cache.get('a');
    heard.onChange('a');
    answers[0]!(account('a'));
    await early;
    const late = cache.get('a');
    answers[1]!(null);
    expect(await late).toBeNull();
  });

  it('does not keep a failure', async () => {
    let fails = true;
    const { cache } = cacheOver(async (id) => {
      if (fails) throw new Error('unavailable');
      return account(id);
    });
    await expect(cache.get('a')).rejects.toThrow('unavailable');
    fails = false;
    expect(await cache.get('a')).toEqual(account('a'));
  });

  it('holds a bounded number of accounts, dropping the oldest', async () => {
    const { cache, queries } = cacheOver(async (id) => account(id));
    for (let i = 0; i <= 10_000; i += 1) await cache.get(`user ${i}`);
    queries.length = 0;
    await cache.get('user 10000');
    await cache.get('user 1');
    expect(queries).toEqual([]);
    await cache.get('user 0');
    expect(queries).toEqual(['user 0']);
  });
});

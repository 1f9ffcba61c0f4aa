import { jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import type { Logger } from '../../common/logger.js';
import { SettingError } from '../../config/env.js';
import type { AgentsRepository, CurrentAgent } from '../../database/repositories/agents/agents.repository.js';
import type { PersonaParts } from '../personas/persona-parts.js';
import { StoredAgents } from './stored-agents.js';

const row = (id: string, more: Partial<CurrentAgent> = {}): CurrentAgent => ({
  id,
  label: id,
  version: 1,
  isEnabled: true,
  createdAt: new Date(),
  changedAt: new Date(),
  exists: true,
  definition: { label: id, description: 'x', prompt: 'y' },
  restoredFrom: null,
  authorId: null,
  ...more,
});

/** The rows that a database holds, and how often all of them were read. */
class Rows {
  revisionNumber = 0;
  reads = 0;
  isDown = false;
  rows: CurrentAgent[] = [];

  put(...rows: CurrentAgent[]): void {
    this.rows = rows;
    this.revisionNumber += 1;
  }

  revision = async () => {
    if (this.isDown) throw new Error('the database is unavailable');
    return String(this.revisionNumber);
  };

  all = async () => {
    this.reads += 1;
    return this.rows;
  };
}

describe('agents that admins have created', () => {
  let rows: Rows;
  let stored: StoredAgents;

  beforeEach(() => {
    rows = new Rows();
    const toolbox = {
      check: (agent: string, names: readonly string[]) => {
        if (names.includes('mcp:gone'))
          throw new SettingError(`${agent} lists a server that is not configured`);
      },
    };
    const parts = { model: { isOffline: false }, toolbox } as unknown as PersonaParts;
    const logger = { warn: () => undefined } as unknown as Logger;
    const silent = { on: () => undefined, disconnect: () => undefined };
    const redis = { options: {}, duplicate: () => silent } as unknown as Redis;
    stored = new StoredAgents(rows as unknown as AgentsRepository, parts, redis, logger);
  });

  it('are read again only when something has changed', async () => {
    rows.put(row('a'));
    await stored.load();
    await stored.load();
    expect(rows.reads).toBe(1);
    rows.put(row('a'), row('b', { isEnabled: false }), row('c', { exists: false, definition: null }));
    await stored.load();
    const states = Object.fromEntries(stored.list.map(({ id, state }) => [id, state]));
    expect(states).toEqual({ a: 'enabled', b: 'disabled', c: 'deleted' });
  });

  it('are listed by their order field', async () => {
    const definition = { label: 'x', description: 'x', prompt: 'y' };
    rows.put(
      row('last', { definition: { ...definition, order: 7 } }),
      row('first', { definition: { ...definition, order: -1 } }),
    );
    await stored.load();
    expect(stored.list.map(({ id }) => id)).toEqual(['first', 'last']);
  });

  it('are replaced with each version, and with nothing else', async () => {
    rows.put(row('a'));
    await stored.load();
    const [before] = stored.list;
    rows.put(row('a', { isEnabled: false }));
    await stored.load();
    expect(stored.list[0]).toMatchObject({ state: 'disabled', agent: before!.agent });
    rows.put(row('a', { version: 2, definition: { label: 'A', description: 'x', prompt: 'z' } }));
    await stored.load();
    expect(stored.list[0]!.agent).toMatchObject({ version: 2, label: 'A' });
  });

  it('that cannot be used here have a problem, and the others answer', async () => {
    const definition = { label: 'x', description: 'x', prompt: 'y' };
    rows.put(
      row('old', { definition: { ...definition, order: 'first' } }),
      row('mcp', { definition: { ...definition, tools: ['mcp:gone'] } }),
      row('fine'),
    );
    await stored.load();
    const problems = Object.fromEntries(stored.list.map(({ id, problem }) => [id, problem]));
    expect(problems).toEqual({
      old: 'order is invalid',
      mcp: 'mcp lists a server that is not configured',
      fine: null,
    });
    expect(stored.list.map(({ agent }) => agent?.id)).toEqual(expect.arrayContaining(['fine', undefined]));
  });

  it('stay as they are known while the database is unavailable', async () => {
    rows.put(row('a'));
    await stored.load();
    rows.isDown = true;
    await expect(stored.load()).rejects.toThrow('unavailable');
    expect(stored.list).toHaveLength(1);
    rows.isDown = false;
    rows.put();
    await stored.load();
    expect(stored.list).toEqual([]);
  });

  it('are read every ten seconds, should Redis announce nothing', async () => {
    jest.useFakeTimers();
    try {
      await stored.onApplicationBootstrap();
      rows.put(row('a'));
      await jest.advanceTimersByTimeAsync(10_000);
      expect(stored.list.map(({ id }) => id)).toEqual(['a']);
    } finally {
      stored.onModuleDestroy();
      jest.useRealTimers();
    }
  });

  it('are never those of an older read', async () => {
    rows.put(row('a'));
    const first = stored.load();
    rows.put(row('a', { version: 2 }));
    await Promise.all([first, stored.load()]);
    expect(stored.list[0]!.version).toBe(2);
  });
});

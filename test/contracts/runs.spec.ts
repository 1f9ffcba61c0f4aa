import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../src/database/data-source.js';
import { ConversationsRepository } from '../../src/database/repositories/conversations.repository.js';
import { lockAccount } from '../../src/database/repositories/lock-account.js';
import { MessagesRepository } from '../../src/database/repositories/messages.repository.js';
import { RunLeasesRepository } from '../../src/database/repositories/runs/run-leases.repository.js';
import { RunActiveError } from '../../src/database/repositories/runs/run-conflicts.js';
import {
  RunsRepository,
  type BegunRun,
  type Lease,
  type NewRun,
} from '../../src/database/repositories/runs/runs.repository.js';
import { insertAccount } from '../support/accounts.js';
import { createDatabase } from '../support/database.js';
import { HeldRow } from '../support/held-row.js';

const HERE = { producer: randomUUID(), seconds: 10 };
const ELSEWHERE = { producer: randomUUID(), seconds: 10 };
const MAX_QUEUED = 16;
const ENDED = {
  producer: HERE.producer,
  status: 'complete',
  lastOffset: 3,
  failure: null,
  sources: null,
  finishReason: null,
  usage: null,
  state: {},
} as const;

describe('the rows of runs', () => {
  let database: { url: string; drop(): Promise<void> };
  let source: DataSource;
  let runs: RunsRepository;
  let leases: RunLeasesRepository;
  let ownerId: string;
  let conversationId: string;

  beforeAll(async () => {
    database = await createDatabase();
    source = await openDatabase({ url: database.url });
    runs = new RunsRepository(source);
    leases = new RunLeasesRepository(source);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });
  beforeEach(async () => {
    [ownerId, conversationId] = [await insertAccount(source), randomUUID()];
  });

  const turn = (message: string): NewRun => ({
    runId: randomUUID(),
    ownerId,
    conversationId,
    agent: 'assistant',
    switchesAgent: false,
    title: message,
    message,
    request: {},
    wire: null,
  });
  const start = async (message: string) => (await runs.start(turn(message), HERE))!;
  const enqueue = async (message: string) => {
    const run = turn(message);
    expect(await runs.enqueue(run, MAX_QUEUED)).toBe(true);
    return run;
  };
  /** @param next who begins the run that waits; nobody, as while draining, when null */
  const finish = async ({ runId, message }: Pick<BegunRun, 'runId' | 'message'>, next: Lease | null) => {
    const finished = await runs.finish({ ...ENDED, runId, reply: `to ${message}` }, next);
    return finished!.next;
  };
  const statusOf = async ({ runId }: { runId: string }) => (await runs.find(ownerId, runId))!.status;
  /** The messages that are shown, each with its place. */
  const messages = async () => {
    const conversation = await new ConversationsRepository(source).find(ownerId, conversationId);
    const rows = await new MessagesRepository(source).latest(conversation!.id, 100);
    return rows.map(({ position, content }) => `${position} ${content}`);
  };

  it("are taken over when their lease is over, once, and are nobody else's to write then", async () => {
    const run = await start('first');
    expect(await leases.takeOver(ELSEWHERE)).toEqual([]);
    const left = { runId: run.runId, keep: 0, text: 'so far', lastOffset: 2, state: null, sources: null };
    await leases.checkpoint(HERE.producer, [left], [run.runId]);
    await source.query('UPDATE runs SET lease_until = now() WHERE id = $1', [run.runId]);
    const taken = await Promise.all([leases.takeOver(ELSEWHERE), leases.takeOver(ELSEWHERE)]);
    expect(taken.flat()).toMatchObject([{ runId: run.runId, partial: 'so far', lastOffset: 2 }]);

    expect(await leases.renew([run.runId], HERE)).toEqual({ renewed: [], lost: [run.runId] });
    await leases.checkpoint(HERE.producer, [{ ...left, text: 'more' }], [run.runId]);
    expect(await runs.finish({ ...ENDED, runId: run.runId, reply: 'more' }, HERE)).toBeNull();
    expect(await runs.find(ownerId, run.runId)).toMatchObject({ status: 'streaming', reply: 'so far' });
    expect(await messages()).toEqual(['1 first']);
  });

  it('begin in new conversations without waiting for changes of their account', async () => {
    const begun = await source.transaction(async (manager) => {
      await lockAccount(manager, { id: ownerId });
      return start('first');
    });
    expect(begun).toMatchObject({ position: 1, message: 'first' });
  });

  it('are continued after the truncated text of the model', async () => {
    const run = await start('first');
    const usage = { inputTokens: 9, outputTokens: 2, estimated: false };
    const cut = { ...ENDED, runId: run.runId, reply: 'One, ', finishReason: 'length', usage } as const;
    await runs.finish(cut, HERE);
    const stored = { status: 'complete', reply: 'One, ', finishReason: 'length', usage };
    expect(await runs.find(ownerId, run.runId)).toMatchObject(stored);

    const again = await runs.restart({ ownerId, runId: run.runId }, randomUUID(), HERE);
    expect(again).toMatchObject({ message: 'first', continues: 'One, ', position: 1 });
    expect(await messages()).toEqual(['1 first']);
    await runs.finish({ ...ENDED, runId: again!.runId, reply: 'One, two.' }, HERE);
    expect(await messages()).toEqual(['1 first', '2 One, two.']);
    expect(await runs.restart({ ownerId, runId: again!.runId }, randomUUID(), HERE)).toBeNull();
  });

  it('are missed by their producer when their conversation is deleted', async () => {
    const run = await start('first');
    await new ConversationsRepository(source).delete(ownerId, conversationId);
    const left = { runId: run.runId, keep: 0, text: 'so far', lastOffset: 2, state: null, sources: null };
    expect(await leases.checkpoint(HERE.producer, [left], [run.runId])).toMatchObject({ lost: [run.runId] });
  });

  it('can be taken back, as if they had never been sent', async () => {
    await finish(await start('first'), HERE);
    const { runId, message } = await start('second');
    const [begun] = await leases.begun([runId], HERE.producer);
    expect(begun).toMatchObject({ runId, message, ownerId, position: 3 });
    await leases.withdraw(runId, ELSEWHERE.producer);
    expect(await messages()).toHaveLength(3);
    await leases.withdraw(runId, HERE.producer);
    expect(await runs.find(ownerId, runId)).toBeNull();
    await start('third');
    expect(await messages()).toEqual(['1 first', '2 to first', '3 third']);
  });

  describe('that wait', () => {
    it('begin in the statement that ends the one before them, oldest first', async () => {
      const first = await start('first');
      const second = await enqueue('second');
      const third = await enqueue('third');
      const next = await finish(first, HERE);
      expect(next).toMatchObject({ runId: second.runId, message: 'second', position: 3, request: {} });
      expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([
        'complete',
        'streaming',
        'queued',
      ]);
      expect(await finish(next!, HERE)).toMatchObject({ runId: third.runId, position: 5 });
      expect(await finish(third, HERE)).toBeNull();
      expect(await messages()).toEqual([
        '1 first',
        '2 to first',
        '3 second',
        '4 to second',
        '5 third',
        '6 to third',
      ]);
    });

    it('are not overtaken when the process before them leaves and begins nothing any more', async () => {
      const first = await start('first');
      const second = await enqueue('second');
      expect(await finish(first, null)).toBeNull();
      expect(await statusOf(second)).toBe('queued');
      await expect(start('rude')).rejects.toThrow(RunActiveError);
      expect(await messages()).toEqual(['1 first', '2 to first']);

      const [next] = await leases.promote(HERE);
      expect(next).toMatchObject({ runId: second.runId, message: 'second', position: 3 });
      await finish(next!, HERE);
      await finish(await start('polite'), HERE);
      expect(await messages()).toEqual([
        '1 first',
        '2 to first',
        '3 second',
        '4 to second',
        '5 polite',
        '6 to polite',
      ]);
    });

    it('are not overtaken by a message that is taken up again', async () => {
      const { runId } = await start('first');
      await enqueue('second');
      await runs.finish({ ...ENDED, runId, status: 'interrupted', reply: '' }, null);
      expect(await runs.restart({ ownerId, runId }, randomUUID(), HERE)).toBeNull();
    });

    it('are started by a message that is enqueued while the previous run ends', async () => {
      const first = await start('first');
      const conversation = await HeldRow.of(database.url, 'conversations WHERE owner_id = $1', [ownerId]);
      const finished = finish(first, HERE);
      await conversation.waitForBlocked(1);
      const enqueued = enqueue('second');
      await conversation.waitForBlocked(2);
      await conversation.release();
      expect(await finished).toBeNull();
      const { runId } = await enqueued;
      expect(await statusOf({ runId })).toBe('queued');
      expect(await leases.promote(HERE, runId)).toMatchObject([{ runId, message: 'second', position: 3 }]);
    });

    it('begin once, however many processes look after them', async () => {
      const first = await start('first');
      const second = await enqueue('second');
      await finish(first, null);
      const row = await HeldRow.of(database.url, 'conversations WHERE owner_id = $1', [ownerId]);
      const promoted = [HERE, ELSEWHERE].map((lease) => leases.promote(lease, second.runId));
      await row.waitForBlocked(2);
      await row.release();
      const begun = (await Promise.all(promoted)).flat();
      expect(begun.map(({ runId }) => runId)).toEqual([second.runId]);
      expect(await messages()).toEqual(['1 first', '2 to first', '3 second']);
    });

    it('do not begin when they are stopped at that moment', async () => {
      const first = await start('first');
      for (const begins of [
        () => finish(first, HERE),
        async (runId: string) => (await leases.promote(HERE, runId))[0] ?? null,
      ]) {
        const { runId } = await enqueue('second');
        const row = await HeldRow.of(database.url, 'runs WHERE id = $1', [runId]);
        const stopped = runs.requestStop(ownerId, runId);
        await row.waitForBlocked(1);
        const begun = begins(runId);
        await row.waitForBlocked(2);
        await row.release();
        await stopped;
        expect(await begun).toBeNull();
        expect(await statusOf({ runId })).toBe('cancelled');
      }
      expect(await messages()).toEqual(['1 first', '2 to first']);
    });
  });
});

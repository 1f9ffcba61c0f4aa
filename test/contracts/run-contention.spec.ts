import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../src/database/data-source.js';
import { ConversationsRepository } from '../../src/database/repositories/conversations.repository.js';
import {
  IdempotencyRepository,
  KeyTakenError,
} from '../../src/database/repositories/idempotency.repository.js';
import { RunLeasesRepository } from '../../src/database/repositories/runs/run-leases.repository.js';
import { RunActiveError } from '../../src/database/repositories/runs/run-conflicts.js';
import {
  RunsRepository,
  type FinishedRun,
  type NewRun,
} from '../../src/database/repositories/runs/runs.repository.js';
import { ErasuresRepository } from '../../src/database/repositories/accounts/erasures.repository.js';
import { UsersRepository } from '../../src/database/repositories/users.repository.js';
import { createDatabase } from '../support/database.js';
import { deadlocksOf } from '../support/deadlocks.js';

const ROUNDS = Number(process.env.PARLEY_TEST_CONTENTION ?? 100);
/** Statements of a round, all at once. */
const AT_ONCE = 24;
const CONVERSATIONS = ['first', 'second', 'third'];
const KEYS = ['one', 'another'];

/** The repositories of one process. */
class Replica {
  readonly lease = { producer: randomUUID(), seconds: 10 };
  readonly runs: RunsRepository;
  readonly leases: RunLeasesRepository;
  readonly conversations: ConversationsRepository;
  readonly keys: IdempotencyRepository;
  /** Runs it has begun, newest last. */
  begun: string[] = [];

  constructor(readonly source: DataSource) {
    this.runs = new RunsRepository(source);
    this.leases = new RunLeasesRepository(source);
    this.conversations = new ConversationsRepository(source);
    this.keys = new IdempotencyRepository(source);
  }
}

describe('statements that touch runs and conversations at the same time', () => {
  let database: { url: string; drop(): Promise<void> };
  let replicas: Replica[];
  let users: UsersRepository;
  let erasures: ErasuresRepository;
  let ownerId: string;
  const refusals: unknown[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    replicas = [];
    for (let i = 0; i < 2; i++) replicas.push(new Replica(await openDatabase({ url: database.url })));
    users = new UsersRepository(replicas[0]!.source);
    erasures = new ErasuresRepository(replicas[0]!.source);
  });
  afterAll(async () => {
    for (const { source } of replicas) if (source.isInitialized) await source.destroy();
    await database?.drop();
  });

  const openAccount = async () => {
    ownerId = randomUUID();
    const email = `${ownerId}@example.com`;
    await users.insert({ id: ownerId, email, emailKey: email, passwordHash: 'none' });
  };
  const any = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!;
  const newRun = (conversationId: string): NewRun => ({
    runId: randomUUID(),
    ownerId,
    conversationId,
    agent: 'assistant',
    switchesAgent: false,
    title: 'a title',
    message: 'a question',
    request: {},
    wire: null,
  });
  const keyed = (run: NewRun): NewRun => ({
    ...run,
    claim: { userId: ownerId, route: 'POST /chat', key: any(KEYS), bodyHash: 'same', result: {} },
  });
  const ended = ({ lease }: Replica, runId: string): FinishedRun => ({
    runId,
    producer: lease.producer,
    status: any(['complete', 'interrupted', 'cancelled']),
    lastOffset: 3,
    failure: null,
    reply: any(['a reply', '']),
    sources: null,
    state: {},
    finishReason: null,
    usage: null,
  });
  const start = async (replica: Replica, run: NewRun) => {
    const begun = await replica.runs.start(run, replica.lease);
    if (begun) replica.begun.push(begun.runId);
  };
  const finish = async (replica: Replica, run: FinishedRun) => {
    const next = (await replica.runs.finish(run, replica.lease))?.next;
    if (next) replica.begun.push(next.runId);
  };
  const checkpoint = (replica: Replica, runIds: string[]) =>
    replica.leases.checkpoint(
      replica.lease.producer,
      runIds.map((runId) => ({ runId, keep: 0, text: 'so far', lastOffset: 2, state: null, sources: null })),
      runIds,
    );

  /** What processes and clients do, each as often as it stands here. */
  const acts: ((replica: Replica) => Promise<unknown>)[] = [
    (replica) => start(replica, newRun(any(CONVERSATIONS))),
    (replica) => start(replica, newRun(any(CONVERSATIONS))),
    (replica) => start(replica, newRun(any(CONVERSATIONS))),
    (replica) => start(replica, newRun(randomUUID())),
    (replica) => start(replica, keyed(newRun(any(CONVERSATIONS)))),
    (replica) => replica.runs.enqueue(newRun(any(CONVERSATIONS)), 16),
    (replica) => replica.runs.enqueue(keyed(newRun(any(CONVERSATIONS))), 16),
    (replica) => finish(replica, ended(replica, any(replica.begun))),
    (replica) => finish(replica, ended(replica, replica.begun.at(-1)!)),
    (replica) => finish(replica, ended(replica, replica.begun.at(-2)!)),
    (replica) => replica.runs.requestStop(ownerId, any(replica.begun)),
    (replica) => replica.runs.restart({ ownerId, runId: any(replica.begun) }, randomUUID(), replica.lease),
    (replica) => replica.leases.promote(replica.lease),
    (replica) => replica.leases.promote(replica.lease, any(replica.begun)),
    (replica) => replica.leases.renew(shuffled(replica.begun), replica.lease),
    (replica) => checkpoint(replica, shuffled(replica.begun)),
    (replica) => replica.leases.takeOver(replica.lease),
    (replica) => replica.keys.deleteExpired(),
    (replica) => replica.conversations.rename(ownerId, any(CONVERSATIONS), 'renamed'),
    (replica) => replica.conversations.delete(ownerId, any(CONVERSATIONS)),
    (replica) => replica.conversations.deleteAll(ownerId),
  ];
  const shuffled = (runIds: readonly string[]) => runIds.slice(-40).toSorted(() => Math.random() - 0.5);
  const isRefusal = (error: unknown) => error instanceof RunActiveError || error instanceof KeyTakenError;

  it(`never deadlock and are never refused for another reason, in ${ROUNDS} rounds of ${AT_ONCE}`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await openAccount();
      for (const replica of replicas) replica.begun = [randomUUID(), randomUUID()];
      for (const conversation of CONVERSATIONS) await start(replicas[0]!, newRun(conversation));
      // Some leases are over, some keys are old.
      await replicas[0]!.source.query(`UPDATE runs SET lease_until = now() WHERE random() < 0.3`);
      await replicas[0]!.source.query(
        `UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE random() < 0.5`,
      );
      const done = Array.from({ length: AT_ONCE }, () => any(acts)(any(replicas)));
      if (round % 4 === 3) done.push(erasures.erase(ownerId));
      for (const { status, reason } of (await Promise.allSettled(done)) as PromiseRejectedResult[])
        if (status === 'rejected' && !isRefusal(reason)) refusals.push(reason);
    }
    for (const { source } of replicas) await source.destroy();
    expect(refusals).toEqual([]);
    expect(await deadlocksOf(database.url)).toBe(0);
  }, 1_800_000);
});

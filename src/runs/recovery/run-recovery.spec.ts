import type { Logger } from '../../common/logger.js';
import type {
  OrphanedRun,
  RunLeasesRepository,
} from '../../database/repositories/runs/run-leases.repository.js';
import type { ProcessLease } from './process-lease.js';
import type { RunFinisher } from '../run-finisher.js';
import type { RunLog } from '../run-log.js';
import type { RunProducer } from '../run-producer.js';
import { RunRecovery } from './run-recovery.js';
import type { RunSnapshot } from '../run-snapshot.js';
import type { LoggedEvent } from '../run.js';

const orphan: OrphanedRun = {
  runId: 'r',
  partial: 'a',
  lastOffset: 2,
  state: {},
  sources: null,
  toolCalls: null,
  stopRequested: false,
  wasWaiting: false,
  usage: null,
};
const log: LoggedEvent[] = [
  { type: 'started', offset: 1, conversationId: 'c' },
  { type: 'token', offset: 2, text: 'a' },
  { type: 'token', offset: 3, text: 'b' },
];

describe('the recovery of a run whose process exited', () => {
  let isLogUnavailable: boolean;
  let isOurs: boolean;
  let logged: LoggedEvent[];
  let orphans: OrphanedRun[];
  let ended: Pick<RunSnapshot, 'offset' | 'reply'>[];
  let recovery: RunRecovery;

  beforeEach(() => {
    [isLogUnavailable, isOurs, logged, orphans, ended] = [false, true, log, [orphan], []];
    const leases: Partial<RunLeasesRepository> = {
      takeOver: async () => orphans.splice(0),
      promote: async () => [],
      renew: async (ids) => ({ renewed: isOurs ? [...ids] : [], lost: isOurs ? [] : [...ids] }),
    };
    const runLog: Partial<RunLog> = {
      readAll: async () => {
        if (isLogUnavailable) throw new Error('Command timed out');
        return logged;
      },
      append: async () => undefined,
    };
    const finisher: Partial<RunFinisher> = {
      beginsNext: true,
      finish: async (_runId, { offset, reply }, failure) => {
        ended.push({ offset, reply });
        return { failure, next: null };
      },
    };
    recovery = new RunRecovery(
      leases as RunLeasesRepository,
      {} as ProcessLease,
      runLog as RunLog,
      finisher as RunFinisher,
      {} as RunProducer,
      { warn: () => undefined, error: () => undefined } as Partial<Logger> as Logger,
    );
  });

  it('ends it with the longer of log and checkpoint', async () => {
    await recovery.sweep();
    expect(ended).toEqual([{ offset: 3, reply: 'ab' }]);
  });

  it('does not take the checkpoint for all there is while the log cannot be read', async () => {
    isLogUnavailable = true;
    for (let i = 0; i < 5; i++) await recovery.sweep();
    expect(ended).toEqual([]);
    isLogUnavailable = false;
    for (let i = 0; i < 5; i++) await recovery.sweep();
    expect(ended).toEqual([{ offset: 3, reply: 'ab' }]);
  });

  it('leaves a run alone that was deleted or taken over meanwhile', async () => {
    isLogUnavailable = true;
    await recovery.sweep();
    [isLogUnavailable, isOurs] = [false, false];
    await recovery.sweep();
    expect(ended).toEqual([]);
  });

  it('counts the beginning of a run that was never logged', async () => {
    logged = [];
    orphans = [{ ...orphan, partial: '', lastOffset: 0 }];
    await recovery.sweep();
    expect(ended).toEqual([{ offset: 1, reply: '' }]);
  });
});

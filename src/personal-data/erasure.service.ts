import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AccountChanges } from '../auth/accounts/account-changes.js';
import { Logger } from '../common/logger.js';
import type { Erasure } from '../database/entities/erasure.entity.js';
import { AuditEventsRepository } from '../database/repositories/audit-events.repository.js';
import { ErasuresRepository } from '../database/repositories/accounts/erasures.repository.js';
import { IngestionQueue } from '../ingestion/ingestion-queue.js';
import { DeletedRuns } from '../sessions/deleted-runs.js';
import { RedisTraces } from './redis-traces.js';

const SWEEP_MS = 5_000;
/** By then answers have ended, connections are closed, and writes to Redis have arrived. */
const SETTLED_SECONDS = 10;
const PAGE = 20;

/**
 * Deletes what accounts have left outside their rows. It is done when the account is deleted, and once more when
 * nothing of it can be on its way any more; whatever fails is repeated until the row that requests it can be deleted.
 */
@Injectable()
export class ErasureService implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private isLeaving = false;

  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly audit: AuditEventsRepository,
    private readonly runs: DeletedRuns,
    private readonly traces: RedisTraces,
    private readonly queue: IngestionQueue,
    private readonly changes: AccountChanges,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // Deleted by whichever route, here or on another replica.
    this.changes.listen({ onChange: (id) => void this.begin(id), onGap: () => undefined });
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.isLeaving = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async begin(accountId: string): Promise<void> {
    try {
      const erasure = await this.erasures.find(accountId);
      if (erasure) await this.deleteTraces(erasure);
    } catch (error) {
      this.logger.warn({ err: error }, 'an erasure could not be started; the next sweep starts it');
    }
  }

  private async deleteTraces(erasure: Erasure): Promise<void> {
    this.runs.announce(erasure.runIds);
    await this.queue.requestPurge();
    await this.traces.delete(erasure);
  }

  private schedule(): void {
    if (this.isLeaving) return;
    this.timer = setTimeout(() => {
      this.running = this.sweep().finally(() => this.schedule());
    }, SWEEP_MS).unref();
  }

  private async sweep(): Promise<void> {
    try {
      for (const erasure of await this.erasures.due(SETTLED_SECONDS, PAGE)) {
        await this.deleteTraces(erasure);
        await this.audit.anonymise(erasure.accountId);
        if (await this.erasures.finish(erasure.accountId))
          this.logger.info({ ...erasure.counts }, 'an account is erased');
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'erasures could not be completed; the next sweep tries again');
    }
  }
}

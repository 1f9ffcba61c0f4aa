import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { reasonOf } from '../../common/startup.js';
import { Config } from '../../config/config.js';
import { AdvisoryLocks } from '../../database/advisory-locks.js';
import { AuditEventsRepository } from '../../database/repositories/audit-events.repository.js';
import { RetentionRepository, type ExpiringTable } from '../../database/repositories/retention.repository.js';
import { IngestionQueue } from '../../ingestion/ingestion-queue.js';
import { DeletedRuns } from '../deleted-runs.js';

const SWEEP_MS = 60 * 60_000;

/** A retention period, and the data that the next sweep deletes. */
export interface RetainedFor {
  what: ExpiringTable;
  /** Null for ever. */
  days: number | null;
  removes: number;
}

/**
 * Retention sweep: deletes conversations, usage, audit events and webhook events older than their settings allow, at the start and
 * hourly, in one process. Files, runs and all other data of a conversation are deleted with it, as when its owner
 * deletes it.
 */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();
  private isLeaving = false;
  private nextAt = new Date();

  constructor(
    private readonly rows: RetentionRepository,
    private readonly audit: AuditEventsRepository,
    private readonly locks: AdvisoryLocks,
    private readonly deletedRuns: DeletedRuns,
    private readonly queue: IngestionQueue,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.begin();
    this.timer = setInterval(() => this.begin(), SWEEP_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isLeaving = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** The retention periods. */
  async preview(): Promise<{ nextSweepAt: Date; items: RetainedFor[] }> {
    const items = await Promise.all(
      Object.entries(this.days).map(async ([name, days]): Promise<RetainedFor> => {
        const what = name as ExpiringTable;
        return { what, days: days ?? null, removes: days ? await this.rows.countOld(what, days) : 0 };
      }),
    );
    return { nextSweepAt: this.nextAt, items };
  }

  private get days(): Record<ExpiringTable, number | undefined> {
    const { env } = this.config;
    return {
      conversations: env.RETENTION_DAYS,
      usage: env.USAGE_RETENTION_DAYS,
      audit: env.AUDIT_RETENTION_DAYS,
      webhooks: env.WEBHOOK_RETENTION_DAYS,
    };
  }

  private begin(): void {
    this.nextAt = new Date(Date.now() + SWEEP_MS);
    this.running = this.running.then(() => this.sweep());
  }

  private async sweep(): Promise<void> {
    try {
      await this.locks.whileAlone('retention', async () => {
        await this.sweepConversations();
        const { usage, webhooks, audit } = this.days;
        if (usage) await this.untilDone(() => this.rows.deleteUsage(usage));
        if (webhooks) await this.untilDone(() => this.rows.deleteEvents(webhooks));
        if (audit) await this.untilDone(() => this.audit.deleteOld(audit));
        return true;
      });
    } catch (error) {
      this.logger.warn(
        { reason: reasonOf(error) },
        'expired rows could not be deleted; the next sweep tries again',
      );
    }
  }

  /** @param deleteSome returns whether there may be more */
  private async untilDone(deleteSome: () => Promise<boolean>): Promise<void> {
    while (!this.isLeaving && (await deleteSome()));
  }

  private async sweepConversations(): Promise<void> {
    const { conversations: days } = this.days;
    if (!days) return;
    let deleted = 0;
    for (let count = -1; count !== 0 && !this.isLeaving; deleted += count) {
      const batch = await this.rows.deleteConversations(days);
      ({ count } = batch);
      this.deletedRuns.announce(batch.runIds);
    }
    if (deleted === 0) return;
    this.logger.info({ conversations: deleted, days }, 'old conversations were deleted');
    await this.queue.requestPurge();
  }
}

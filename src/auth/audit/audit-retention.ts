import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { reasonOf } from '../../common/startup.js';
import { Config } from '../../config/config.js';
import { AuditEventsRepository } from '../../database/repositories/audit-events.repository.js';

const SWEEP_MS = 60 * 60_000;

/** Deletes audit events that are older than AUDIT_RETENTION_DAYS, at the start and every hour. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isLeaving = false;

  constructor(
    private readonly events: AuditEventsRepository,
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

  private begin(): void {
    this.running = this.running.then(() => this.sweep());
  }

  private async sweep(): Promise<void> {
    const { AUDIT_RETENTION_DAYS: days } = this.config.env;
    try {
      while (!this.isLeaving && (await this.events.deleteOld(days)));
    } catch (error) {
      this.logger.warn(
        { reason: reasonOf(error) },
        'old audit events could not be deleted; the next sweep tries again',
      );
    }
  }
}

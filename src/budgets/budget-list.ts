import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { ReloadOnChange } from '../adapters/redis/reload-on-change.js';
import { Logger } from '../common/logger.js';
import { reasonOf } from '../common/startup.js';
import { BudgetsRepository, type StoredBudget } from '../database/repositories/budgets/budgets.repository.js';

const CHANNEL = 'parley:budgets';

/** Who pays for a run. */
export interface Payer {
  ownerId: string;
  /** The API key that was used. */
  keyId?: string;
  /** Those of the caller. */
  groups?: readonly string[];
}

/**
 * All budgets, in memory: a run of an account without one costs no query. A change reaches every replica at once, while
 * Redis is unavailable within ten seconds.
 */
@Injectable()
export class BudgetList implements OnApplicationBootstrap, OnModuleDestroy {
  private bySubject = new Map<string, StoredBudget[]>();
  private readonly reload: ReloadOnChange;

  constructor(
    private readonly budgets: BudgetsRepository,
    redis: Redis,
    logger: Logger,
  ) {
    this.reload = new ReloadOnChange(
      redis,
      CHANNEL,
      () => this.read(),
      (error) =>
        logger.warn({ reason: reasonOf(error) }, 'budgets could not be read; the last known ones apply'),
    );
  }

  onApplicationBootstrap(): Promise<void> {
    return this.reload.start();
  }

  onModuleDestroy(): void {
    this.reload.stop();
  }

  get isEmpty(): boolean {
    return this.bySubject.size === 0;
  }

  /** The budgets that a run counts against. */
  of({ ownerId, keyId, groups = [] }: Payer): StoredBudget[] {
    if (this.isEmpty) return [];
    const subjects = ['all:', `user:${ownerId}`, ...[...new Set(groups)].map((group) => `group:${group}`)];
    if (keyId) subjects.push(`key:${keyId}`);
    return subjects.flatMap((subject) => this.bySubject.get(subject) ?? []);
  }

  /** Call when a change is committed. Resolves when the other replicas have been notified, or cannot be. */
  announce(): Promise<void> {
    return this.reload.announce();
  }

  private async read(): Promise<void> {
    const bySubject = new Map<string, StoredBudget[]>();
    for (const budget of await this.budgets.all()) {
      const subject = `${budget.subjectType}:${budget.subjectId}`;
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), budget]);
    }
    this.bySubject = bySubject;
  }
}

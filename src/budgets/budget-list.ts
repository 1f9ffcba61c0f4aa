import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { publish, subscribe } from '../adapters/redis/redis.js';
import { Logger } from '../common/logger.js';
import { reasonOf } from '../common/startup.js';
import { BudgetsRepository, type StoredBudget } from '../database/repositories/budgets/budgets.repository.js';

const CHANNEL = 'parley:budgets';
/** Reads changes that were announced while Redis was unavailable. */
const POLL_MS = 10_000;

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
  private unsubscribe = () => {};
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly budgets: BudgetsRepository,
    private readonly redis: Redis,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.tryLoad();
    const load = () => void this.tryLoad();
    this.unsubscribe = subscribe(this.redis, CHANNEL, load, load);
    this.timer = setInterval(load, POLL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.unsubscribe();
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
  async announce(): Promise<void> {
    await this.load();
    await publish(this.redis, CHANNEL, '').catch(() => undefined);
  }

  private async load(): Promise<void> {
    const bySubject = new Map<string, StoredBudget[]>();
    for (const budget of await this.budgets.all()) {
      const subject = `${budget.subjectType}:${budget.subjectId}`;
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), budget]);
    }
    this.bySubject = bySubject;
  }

  private async tryLoad(): Promise<void> {
    await this.load().catch((error: unknown) => {
      this.logger.warn({ reason: reasonOf(error) }, 'budgets could not be read; those known so far apply');
    });
  }
}

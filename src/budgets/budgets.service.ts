import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { estimateTokens } from '../adapters/chat-model/tokens.js';
import type { Json } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { reasonOf } from '../common/startup.js';
import { isTransientStoreError } from '../common/transient-store-error.js';
import { Config } from '../config/config.js';
import {
  BudgetLedgerRepository,
  type BudgetState,
  type BudgetWindowKey,
  type ExpectedCost,
} from '../database/repositories/budgets/budget-ledger.repository.js';
import { budgetExceeded } from './budget-exceeded.js';
import { BudgetList, type Payer } from './budget-list.js';
import { windowAt } from './period.js';

/** Tokens of an agent's instructions and of the passages it answers from. */
const INSTRUCTIONS_AND_PASSAGES = 1_000;
/** Tokens of an answer whose request sets no limit, as the model's adapter has it. */
const ANSWER = 2_048;
/** Tokens that a request has at most where `MODEL_CONTEXT_TOKENS` is not set. */
const MAX_INPUT = 32_768;
const SWEEP_MS = 30_000;
/** A reservation without a run is given back after this: by then its start has failed. */
const GRACE_SECONDS = 300;

/** What is known of a run before it begins. */
export interface ExpectedRun extends Payer {
  runId: string;
  /** Client-visible id. */
  conversationId?: string;
  message: string;
  request?: {
    context?: Json;
    instructions?: string;
    history?: readonly { content: string }[];
    generation?: object;
  } | null;
}

/**
 * Reserves the estimated cost of each run, and settles the actual cost after it has ended. Runs that no budget
 * applies to pass without a query.
 */
@Injectable()
export class Budgets implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Runs that have ended and are to be settled. */
  private readonly ended = new Set<string>();
  private settling: Promise<void> | null = null;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly list: BudgetList,
    private readonly ledger: BudgetLedgerRepository,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();
    void this.sweep();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.settling;
  }

  /**
   * Starts a run that has reserved its part of every budget that applies to it.
   * @param start its errors cancel the reservation
   * @throws ParleyError `budget-exceeded`; errors of `start`
   */
  async reserving<T>(run: ExpectedRun, start: () => Promise<T>): Promise<T> {
    const budgets = this.list.of(run);
    if (budgets.length === 0) return start();
    const now = new Date();
    const windows = budgets.map(({ id, period, unit }): BudgetWindowKey => {
      return { budgetId: id, startsAt: windowAt(period, now).startsAt, unit };
    });
    const cost = this.expected(run);
    let shortages = await this.reserve(run.runId, windows, cost);
    // Answers whose end was seen, but which are not settled yet, refuse nobody.
    if (shortages.some(({ reserved }) => reserved > 0)) {
      await this.settling;
      await this.sweep();
      shortages = await this.reserve(run.runId, windows, cost);
    }
    if (shortages.length > 0)
      throw budgetExceeded(
        shortages.map((state) => ({ ...state, budget: budgets.find(({ id }) => id === state.budgetId)! })),
        now,
      );
    try {
      return await start();
    } catch (error) {
      // One whose answer is lost may have begun: the sweep finds out.
      if (!isTransientStoreError(error)) await this.releaseReservation(run.runId);
      throw error;
    }
  }

  /** Settles a run that is over, soon: many that end at once are settled together. */
  settle(runId: string): void {
    if (this.list.isEmpty) return;
    this.ended.add(runId);
    this.settling ??= this.settleEnded();
  }

  /** @returns the budgets that have too little left; the run holds its part of all when there is none */
  private async reserve(
    runId: string,
    windows: readonly BudgetWindowKey[],
    cost: ExpectedCost,
  ): Promise<BudgetState[]> {
    const states = await this.ledger.reserve(runId, windows, cost);
    return states.filter(({ settled, reserved, need, amount }) => settled + reserved + need > amount);
  }

  private async settleEnded(): Promise<void> {
    while (this.ended.size > 0) {
      const runIds = [...this.ended];
      this.ended.clear();
      // The sweep repeats what fails.
      await this.tryTo(() => this.ledger.settle(GRACE_SECONDS, runIds));
    }
    this.settling = null;
  }

  private releaseReservation(runId: string): Promise<void> {
    return this.tryTo(() => this.ledger.settle(0, [runId]));
  }

  /** Settles ended runs of other processes. */
  private async sweep(): Promise<void> {
    if (this.list.isEmpty) return;
    await this.tryTo(() => this.ledger.settle(GRACE_SECONDS));
  }

  private async tryTo(settle: () => Promise<unknown>): Promise<void> {
    try {
      await settle();
    } catch (error) {
      this.logger.warn(
        { reason: reasonOf(error) },
        'budgets could not be settled; the next sweep tries again',
      );
    }
  }

  private expected({ ownerId, conversationId, message, request }: ExpectedRun): ExpectedCost {
    const { context, instructions = '', history, generation } = request ?? {};
    const { maxTokens = ANSWER } = (generation ?? {}) as { maxTokens?: number };
    const texts = [message, instructions, context === undefined ? '' : JSON.stringify(context)];
    const past = history?.map(({ content }) => content) ?? [];
    return {
      request: [...texts, ...past].reduce(
        (sum, text) => sum + estimateTokens(text),
        INSTRUCTIONS_AND_PASSAGES,
      ),
      conversation: history || !conversationId ? null : { ownerId, clientId: conversationId },
      maxInput: this.config.env.MODEL_CONTEXT_TOKENS ?? MAX_INPUT,
      answer: maxTokens,
    };
  }
}

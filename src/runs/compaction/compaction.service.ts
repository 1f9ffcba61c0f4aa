import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { ChatModel, type Usage } from '../../adapters/chat-model/chat-model.js';
import { ModelError } from '../../adapters/openai/model-error.js';
import type { Payer } from '../../budgets/budget-list.js';
import { Budgets } from '../../budgets/budgets.service.js';
import { notFound, ParleyError } from '../../common/errors.js';
import { AdvisoryLocks } from '../../database/advisory-locks.js';
import { ConversationsRepository } from '../../database/repositories/conversations.repository.js';
import type { StoredSummary } from '../../database/repositories/tree/summaries.repository.js';
import { UsageRepository } from '../../database/repositories/usage.repository.js';
import { AccountLimits } from '../../limits/account-limits.js';
import { addUsage } from '../run-tally.js';
import { Compaction } from './compaction.js';

const TIMEOUT_MS = 120_000;

/** Summarises conversations on request. */
@Injectable()
export class CompactionService {
  constructor(
    private readonly compaction: Compaction,
    private readonly conversations: ConversationsRepository,
    private readonly model: ChatModel,
    private readonly usage: UsageRepository,
    private readonly budgets: Budgets,
    private readonly limits: AccountLimits,
    private readonly locks: AdvisoryLocks,
  ) {}

  /**
   * Summarises all but the last exchange of a conversation. It counts as a run in budgets, limits and usage.
   * @param conversationId client-visible id
   * @throws ParleyError `not-found`, `no-model`, `nothing-to-compact`, `being-compacted`, `budget-exceeded`, `too-many-runs`, or
   * `compaction-failed` when the model fails
   */
  async compact(payer: Payer, conversationId: string): Promise<StoredSummary> {
    const { ownerId } = payer;
    const conversation = await this.conversations.find(ownerId, conversationId);
    if (!conversation) throw notFound('Conversation not found');
    if (this.model.isOffline) throw noModel();
    const runId = uuidv7();
    const release = await this.limits.acquire('runs', ownerId, runId);
    const { id: conversationRowId, agent, messageCount } = conversation;
    let usage: Usage | undefined;
    const work = async () => {
      try {
        const range = { conversationRowId, before: messageCount + 1, kept: 0 };
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const onUsage = (more: Usage) => (usage = addUsage(usage, more));
        return await this.compaction.compact(range, signal, { onUsage });
      } finally {
        if (usage) {
          const row = { runId, ownerId, agent, keyId: payer.keyId, model: this.model.name, usage };
          await this.usage.addOther(row, 'complete');
        }
      }
    };
    try {
      const reserved = { ...payer, runId, conversationId, message: '' };
      const made = await this.locks.whileAlone(`compact ${conversationRowId}`, async () => ({
        summary: await this.budgets.reserving(reserved, work),
      }));
      if (!made) throw beingCompacted();
      this.budgets.settle(runId);
      if (!made.summary) throw nothingToCompact();
      return made.summary;
    } catch (error) {
      if (!(error instanceof ModelError) && !isTimeout(error)) throw error;
      const reason = error instanceof ModelError ? error.message : 'The model did not answer in time.';
      throw new ParleyError('unavailable', 'compaction-failed', reason, { cause: error });
    } finally {
      release();
    }
  }
}

const isTimeout = (error: unknown) => error instanceof DOMException && error.name === 'TimeoutError';

const noModel = () =>
  new ParleyError('conflict', 'no-model', 'Conversations are summarised by a model, and none is configured');

const beingCompacted = () =>
  new ParleyError('conflict', 'being-compacted', 'This conversation is being summarised already');

const nothingToCompact = () =>
  new ParleyError(
    'conflict',
    'nothing-to-compact',
    'There is nothing to summarise: the last exchange is kept as it is',
  );

import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ChatModel, type StreamObserver } from '../../adapters/chat-model/chat-model.js';
import { estimateTokens } from '../../adapters/chat-model/tokens.js';
import { ModelError } from '../../adapters/openai/model-error.js';
import type { Agent, AgentInput, Emit } from '../../agents/agent.js';
import { Logger } from '../../common/logger.js';
import { MessagesRepository, type PastMessage } from '../../database/repositories/messages.repository.js';
import {
  SummariesRepository,
  type StoredSummary,
} from '../../database/repositories/tree/summaries.repository.js';
import { MAX_HISTORY_CHARS, MAX_HISTORY_MESSAGES, RunHistories, type ProducedRun } from '../run-history.js';
import { summarise } from './summarise.js';

/** Share of the context at which earlier messages are summarised, and that the newest ones keep afterwards. */
const DUE_SHARE = 0.7;
const KEPT_SHARE = 0.3;
/** Share of the context that one request for a summary holds of the messages. */
const REQUEST_SHARE = 0.4;
const KEPT_MESSAGES = MAX_HISTORY_MESSAGES / 2;
/** Requests for one compaction; a longer conversation is finished by the next one. */
const MAX_REQUESTS = 10;
const PER_MESSAGE = 6;
/** After a failure a conversation is not summarised by itself for so long: it would cost every turn a request. */
const RETRY_AFTER_MS = 5 * 60_000;
const MAX_FAILED = 1_000;

/** Which messages are summarised. */
interface Range {
  conversationRowId: string;
  /** Position of the message that is about to be answered, or after the last one. */
  before: number;
  /** Tokens that the newest messages keep; the last exchange is always kept. */
  kept: number;
}

/** Replaces the earlier messages of long conversations in prompts by summaries. The messages stay stored and shown. */
@Injectable()
export class Compaction {
  /** Row ids of conversations whose summary failed, until their next attempt. */
  private readonly failed = new LRUCache<string, true>({ max: MAX_FAILED, ttl: RETRY_AFTER_MS });

  constructor(
    private readonly model: ChatModel,
    private readonly messages: MessagesRepository,
    private readonly summaries: SummariesRepository,
    private readonly histories: RunHistories,
    private readonly logger: Logger,
  ) {}

  /**
   * The agent's input for a run, with a new summary when messages fill 70 % of the model's context. Without a summary
   * because the model failed, the prompt is trimmed, and the next attempt is made after five minutes.
   * @param context of the agent's model
   * @throws the signal's reason
   */
  async inputOf(
    run: ProducedRun,
    context: Agent['context'],
    emit: Emit,
    signal: AbortSignal,
  ): Promise<AgentInput> {
    const input = await this.histories.inputOf(run);
    const tokens = this.model.contextTokens(context);
    if (tokens === null || run.resumed || run.request?.history || !isFull(input, tokens)) return input;
    const { conversationRowId, position } = run;
    if (this.failed.has(conversationRowId)) return input;
    const name = this.model.name;
    const observer: StreamObserver = {
      onUsage: (usage) => emit({ type: 'usage', usage, model: name }),
      onRequest: (usageSoFar) => emit({ type: 'request', usageSoFar, model: name }),
    };
    let isRequested = false;
    const onRequest = () => {
      isRequested = true;
      emit({ type: 'log', text: 'Summarising earlier messages …' });
    };
    try {
      const range = { conversationRowId, before: position, kept: bounded(tokens) * KEPT_SHARE };
      const summary = await this.compact(range, signal, observer, onRequest);
      if (!summary && isRequested) this.failed.set(conversationRowId, true);
      return summary ? await this.histories.inputOf(run) : input;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      this.failed.set(conversationRowId, true);
      this.logger.warn({ err: error, runId: run.runId }, 'earlier messages could not be summarised');
      return input;
    }
  }

  /**
   * Summarises the messages after the last summary, step by step; each step is stored.
   * @param onRequest called before each request to the model
   * @returns the last summary; null when there was nothing to summarise
   * @throws ModelError, or the signal's reason
   */
  async compact(
    { conversationRowId, before, kept }: Range,
    signal: AbortSignal,
    observer: StreamObserver,
    onRequest: () => void = () => undefined,
  ): Promise<StoredSummary | null> {
    const context = bounded(this.model.contextTokens() ?? 0);
    let known = await this.summaries.latest(conversationRowId, before);
    let made: StoredSummary | null = null;
    const until = await this.lastSummarised(conversationRowId, before, kept);
    for (let requests = 0; requests < MAX_REQUESTS && (known?.position ?? 0) < until; requests++) {
      const budget = context * REQUEST_SHARE;
      const range = { after: known?.position ?? 0, until };
      const limits = { limit: MAX_HISTORY_MESSAGES, maxChars: Math.floor(budget * 4) };
      const messages = fitting(await this.summaries.between(conversationRowId, range, limits), budget);
      const last = messages.at(-1);
      if (!last) break;
      onRequest();
      const text = await summarise(this.model, { before: known?.content ?? '', messages }, signal, observer);
      const stored = text ? await this.summaries.store(conversationRowId, last.id, text) : null;
      if (!stored) break;
      known = made = stored;
    }
    return made;
  }

  /** Position of the last message that is summarised: those behind it stay as they are, from a question on. */
  private async lastSummarised(conversationRowId: string, before: number, kept: number): Promise<number> {
    const limits = { limit: KEPT_MESSAGES, maxChars: MAX_HISTORY_CHARS };
    const { history } = await this.messages.history(conversationRowId, before, limits);
    let left = kept;
    let first = before;
    for (const { position, role, content } of history.toReversed()) {
      left -= tokensOf({ content });
      if (left < 0 && first < before) break;
      if (role === 'user') first = position;
    }
    return first - 1;
  }
}

/** Whether messages fill their share of the context, or of the part of a history that is read. */
function isFull({ history, summary = '' }: AgentInput, context: number): boolean {
  if (history.length >= MAX_HISTORY_MESSAGES) return true;
  const chars = history.reduce((sum, { content }) => sum + content.length, 0);
  const due = bounded(context) * DUE_SHARE;
  // Most histories are short: a token has at least one character.
  if (chars >= MAX_HISTORY_CHARS) return true;
  if (4 * chars < due) return false;
  return history.reduce((sum, turn) => sum + tokensOf(turn), estimateTokens(summary)) > due;
}

/** Tokens of a context, of which more than a history holds are not used. */
const bounded = (context: number) => Math.min(context, MAX_HISTORY_CHARS / 4);

const tokensOf = ({ content }: { content: string }) => estimateTokens(content) + PER_MESSAGE;

/** The first messages within a budget; at least one, of which the beginning. */
function fitting<T extends PastMessage>(messages: readonly T[], budget: number): T[] {
  let left = budget;
  const end = messages.findIndex((message) => (left -= tokensOf(message)) < 0);
  if (end !== 0) return messages.slice(0, end < 0 ? messages.length : end);
  const [first] = messages as [T];
  const chars = Math.floor((first.content.length * budget) / tokensOf(first));
  return [{ ...first, content: first.content.slice(0, chars).toWellFormed() }];
}

import type { OpenAiServer } from '../openai/openai-server.js';
import type { ChatPrompt } from './chat-model.js';

/** Where neither a setting nor the server says how much a model reads. */
const DEFAULT_TOKENS = 16_384;
/** More than this costs more than old turns are worth, unless a setting says otherwise. */
const MAX_TOKENS = 32_768;
const MIN_INPUT = 512;

/** Knows how many tokens a request may have. */
export class ContextSize {
  /** @param set the setting; what the server says otherwise */
  constructor(
    private readonly server: OpenAiServer,
    private readonly set?: number,
  ) {}

  /** Tokens of a request, so that an answer fits beside it. */
  budgetOf(model: string, { generation }: ChatPrompt): number {
    const told = this.server.contextTokens.get(model);
    const size = this.set ?? Math.min(told ?? DEFAULT_TOKENS, MAX_TOKENS);
    const answer = Math.min(generation?.maxTokens ?? 2_048, Math.floor(size / 2));
    return Math.max(MIN_INPUT, size - answer);
  }
}

import type { OpenAiServer } from '../openai/openai-server.js';
import type { ChatPrompt } from './chat-model.js';

/** Default context size in tokens, when neither the setting nor the server specifies it. */
const DEFAULT_TOKENS = 16_384;
/** The default upper bound: more old turns cost more than they help. */
const MAX_TOKENS = 32_768;
const MIN_INPUT = 512;

/** Token budget of requests. */
export class ContextSize {
  /** @param set the setting; by default the size that the server reports */
  constructor(
    private readonly server: OpenAiServer,
    private readonly set?: number,
  ) {}

  /** Context size of a model in tokens: the setting, or what the server reports, within the default upper bound. */
  sizeOf(model: string): number {
    return this.set ?? Math.min(this.server.contextTokens.get(model) ?? DEFAULT_TOKENS, MAX_TOKENS);
  }

  /** Token budget of a request, with the answer's tokens reserved. */
  budgetOf(model: string, { generation, contextTokens }: ChatPrompt): number {
    const size = contextTokens ?? this.sizeOf(model);
    const answer = Math.min(generation?.maxTokens ?? 2_048, Math.floor(size / 2));
    return Math.max(MIN_INPUT, size - answer);
  }
}

import type { Usage } from '../../adapters/chat-model/chat-model.js';
import type { TerminalEvent } from '../../runs/run.js';

/** Estimate for models that report no usage: one token per four characters. */
export const estimateTokens = (text: string) => Math.ceil(text.length / 4);

/** Token usage of a run. @param promptTokens fallback when no model reported usage */
export const usageOf = ({ reply, usage }: TerminalEvent, promptTokens: number): Usage =>
  usage ?? { inputTokens: promptTokens, outputTokens: estimateTokens(reply), estimated: true };

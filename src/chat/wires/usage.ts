import type { Usage } from '../../adapters/chat-model/chat-model.js';
import type { TerminalEvent } from '../../runs/run.js';

/** Where a model reports nothing, four characters count as a token. */
export const estimateTokens = (text: string) => Math.ceil(text.length / 4);

/** The tokens of a run. @param promptTokens taken when no model reported any */
export const usageOf = ({ reply, usage }: TerminalEvent, promptTokens: number): Usage =>
  usage ?? { inputTokens: promptTokens, outputTokens: estimateTokens(reply), estimated: true };

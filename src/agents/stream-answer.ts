import type { ChatModel, ChatPrompt } from '../adapters/chat-model/chat-model.js';
import type { AgentEvent } from './agent.js';

/** Changes text on its way from the model to the reader. */
export interface TextFilter {
  push(tokens: readonly string[]): readonly string[];
  /** What was held back. */
  end(): readonly string[];
}

/**
 * Lets a model answer: its text, thinking, cost and why it stopped become the agent's events.
 * @param makeFilter for the text; called again when the model's text is taken back
 * @throws ModelError, or the signal's reason
 */
export async function streamAnswer(
  model: ChatModel,
  prompt: ChatPrompt,
  emit: (event: AgentEvent) => void,
  signal: AbortSignal,
  makeFilter?: () => TextFilter,
): Promise<void> {
  let filter = makeFilter?.();
  const say = (tokens: readonly string[]) => {
    if (tokens.length > 0) emit({ type: 'text', tokens });
  };
  const reason = await model.stream(prompt, (tokens) => say(filter?.push(tokens) ?? tokens), signal, {
    onReasoning: (text) => emit({ type: 'reasoning', text }),
    onUsage: (usage) => emit({ type: 'usage', usage }),
    onRetract: () => {
      filter = makeFilter?.();
      emit({ type: 'retract' });
    },
  });
  if (filter) say(filter.end());
  if (reason !== 'stop') emit({ type: 'finish', reason });
}

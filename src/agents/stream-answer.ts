import type { ChatModel, ChatPrompt } from '../adapters/chat-model/chat-model.js';
import type { AgentEvent } from './agent.js';

/**
 * Lets a model answer: its text, thinking, cost and why it stopped become the agent's events.
 * @throws ModelError, or the signal's reason
 */
export async function streamAnswer(
  model: ChatModel,
  prompt: ChatPrompt,
  emit: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const say = (tokens: readonly string[]) => {
    if (tokens.length > 0) emit({ type: 'text', tokens });
  };
  const reason = await model.stream(prompt, (tokens) => say(tokens), signal, {
    onReasoning: (text) => emit({ type: 'reasoning', text }),
    onUsage: (usage) => emit({ type: 'usage', usage, model: prompt.model ?? model.name }),
    onRetract: () => emit({ type: 'retract' }),
  });
  if (reason !== 'stop') emit({ type: 'finish', reason });
}

import { traced } from '../telemetry/tracing.js';
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
  const name = prompt.model ?? model.name;
  // Names of OpenTelemetry's conventions for generative AI.
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': name };
  const reason = await traced(`chat ${name}`, 'client', attributes, (span) =>
    model.stream(prompt, (tokens) => say(tokens), signal, {
      onReasoning: (text) => emit({ type: 'reasoning', text }),
      onUsage: (usage) => {
        const { inputTokens, outputTokens } = usage;
        span.set({ 'gen_ai.usage.input_tokens': inputTokens, 'gen_ai.usage.output_tokens': outputTokens });
        emit({ type: 'usage', usage, model: name });
      },
      onRequest: (usageSoFar) => emit({ type: 'request', usageSoFar, model: name }),
      onRetract: () => emit({ type: 'retract' }),
    }),
  );
  if (reason !== 'stop') emit({ type: 'finish', reason });
}

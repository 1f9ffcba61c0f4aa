import { BaseChatModel, type BindToolsInput } from '@langchain/core/language_models/chat_models';
import { AIMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import type { ToolCall, ToolStep } from '../chat-model/chat-model.js';

/** One answer of the model: text, and calls of tools. */
export interface Answer {
  text: string;
  calls: readonly ToolCall[];
}

/**
 * Parley's chat model as LangChain sees it. LangChain drives the loop of calls; the tokens take no part in it: `answer`
 * emits them itself, which costs a quarter of LangChain's own streaming.
 */
export class ParleyChatModel extends BaseChatModel {
  /** @param answer asks the model, given the steps so far */
  constructor(private readonly answer: (steps: ToolStep[]) => Promise<Answer>) {
    super({});
  }

  override _llmType(): string {
    return 'parley';
  }

  /** The tools are part of every request of `answer`. */
  override bindTools(_tools: BindToolsInput[]): this {
    return this;
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { text, calls } = await this.answer(stepsOf(messages));
    const message = new AIMessage({
      content: text,
      tool_calls: calls.map(({ id, name, input }) => ({ id, name, args: input ?? {}, type: 'tool_call' })),
    });
    return { generations: [{ text, message }] };
  }
}

/** The steps in LangChain's messages. */
function stepsOf(messages: readonly BaseMessage[]): ToolStep[] {
  const results = new Map(
    messages
      .filter((message) => ToolMessage.isInstance(message))
      .map((message) => [message.tool_call_id, message.text]),
  );
  return messages
    .filter((message) => AIMessage.isInstance(message))
    .map(({ text, tool_calls = [] }) => ({
      text,
      calls: tool_calls.map(({ id = '', name, args }) => ({ id, name, input: args as ToolCall['input'] })),
      results: tool_calls.map(({ id = '' }) => results.get(id) ?? ''),
    }))
    .filter(({ calls }) => calls.length > 0);
}

/** The messages of LangChain that stand for steps. */
export function messagesOf(steps: readonly ToolStep[]): BaseMessage[] {
  return steps.flatMap(({ text, calls, results }) => [
    new AIMessage({
      content: text,
      tool_calls: calls.map(({ id, name, input }) => ({ id, name, args: input ?? {}, type: 'tool_call' })),
    }),
    ...calls.map(({ id, name }, i) => new ToolMessage({ tool_call_id: id, name, content: results[i] ?? '' })),
  ]);
}

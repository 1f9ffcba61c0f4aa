import { BaseChatModel, type BindToolsInput } from '@langchain/core/language_models/chat_models';
import { AIMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import type { ToolCall, ToolStep } from '../chat-model/chat-model.js';

/** One answer of the model: text, and calls of tools. */
export interface Answer {
  text: string;
  /** As in a `ToolStep`. */
  thought?: string;
  calls: readonly ToolCall[];
}

/**
 * Adapter of Parley's chat model for LangChain. LangChain drives the tool loop, but tokens bypass it: `answer`
 * emits them itself, at a quarter of the cost of LangChain's streaming.
 */
export class ParleyChatModel extends BaseChatModel {
  /** @param answer requests an answer from the model, given the steps so far */
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
    const answer = await this.answer(stepsOf(messages));
    return { generations: [{ text: answer.text, message: toMessage(answer) }] };
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
    .map(({ text, tool_calls = [], additional_kwargs }) => {
      const { thought, extras = {} } = additional_kwargs as OwnData;
      return {
        text,
        ...(thought && { thought }),
        calls: tool_calls.map(({ id = '', name, args }) => ({
          id,
          name,
          input: args as ToolCall['input'],
          ...(extras[id] && { extra: extras[id] }),
        })),
        results: tool_calls.map(({ id = '' }) => results.get(id) ?? ''),
      };
    })
    .filter(({ calls }) => calls.length > 0);
}

/** Converts steps to LangChain messages. */
export function messagesOf(steps: readonly ToolStep[]): BaseMessage[] {
  return steps.flatMap(({ results, calls, ...step }) => [
    toMessage({ ...step, calls }),
    ...calls.map(({ id, name }, i) => new ToolMessage({ tool_call_id: id, name, content: results[i] ?? '' })),
  ]);
}

/** What LangChain's messages have no field for; kept in `additional_kwargs`. */
interface OwnData {
  thought?: string;
  /** By the id of the call. */
  extras?: Record<string, ToolCall['extra']>;
}

function toMessage({ text, thought, calls }: Answer): AIMessage {
  const own: OwnData = { thought, extras: Object.fromEntries(calls.map(({ id, extra }) => [id, extra])) };
  return new AIMessage({
    content: text,
    tool_calls: calls.map(({ id, name, input }) => ({ id, name, args: input ?? {}, type: 'tool_call' })),
    additional_kwargs: { ...own },
  });
}

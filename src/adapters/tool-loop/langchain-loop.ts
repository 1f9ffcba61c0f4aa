import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { createAgent, createMiddleware, tool } from 'langchain';
import type { ToolSpec, ToolStep } from '../chat-model/chat-model.js';
import { messagesOf, ParleyChatModel, type Answer } from './parley-chat-model.js';

/** A tool loop: model requests and tool calls, until an answer has no tool calls. */
export interface Loop {
  specs: readonly ToolSpec[];
  message: string;
  /** Steps before the loop began. */
  steps: readonly ToolStep[];
  /** Requests an answer from the model, given all steps so far. */
  answer(steps: ToolStep[]): Promise<Answer>;
  /** Carries out a call of the last answer. @returns the result for the model */
  call(id: string): Promise<string>;
  /** Requests to the model at most. */
  maxSteps: number;
  signal: AbortSignal;
}

/**
 * Runs a tool loop as a LangChain agent. This module takes seconds to load: it is imported at first use.
 * @throws the errors of `answer` and `call`, or an AbortError
 */
export async function runLoop(loop: Loop): Promise<void> {
  // Declarations only: all calls are handled by `call`, also those of nonexistent tools.
  const tools = loop.specs.map(({ name, description, parameters }) =>
    tool(() => '', { name, description, schema: parameters }),
  );
  const calls = createMiddleware({
    name: 'calls',
    wrapToolCall: async ({ toolCall: { id = '', name } }) =>
      new ToolMessage({ tool_call_id: id, name, content: await loop.call(id) }),
  });
  const model = new ParleyChatModel((steps) => loop.answer(steps));
  const agent = createAgent({ model, tools, middleware: [calls] });
  const messages = [new HumanMessage(loop.message), ...messagesOf(loop.steps)];
  await agent.invoke({ messages }, { signal: loop.signal, recursionLimit: 2 * loop.maxSteps + 2 });
}

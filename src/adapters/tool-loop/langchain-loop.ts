import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { createAgent, createMiddleware, tool } from 'langchain';
import type { ToolSpec, ToolStep } from '../chat-model/chat-model.js';
import { messagesOf, ParleyChatModel, type Answer } from './parley-chat-model.js';

/** What a loop consists of: questions to the model and calls of tools, until an answer calls none. */
export interface Loop {
  specs: readonly ToolSpec[];
  message: string;
  /** What was called before the loop began. */
  steps: readonly ToolStep[];
  /** Asks the model, given all steps so far. */
  answer(steps: ToolStep[]): Promise<Answer>;
  /** Carries out a call of the last answer. @returns the result for the model */
  call(id: string): Promise<string>;
  /** Requests to the model at most. */
  maxSteps: number;
  signal: AbortSignal;
}

/**
 * Runs a loop as an agent of LangChain. This module takes seconds to load: it is imported when an agent first needs it.
 * @throws what `answer` and `call` throw, or an AbortError
 */
export async function runLoop(loop: Loop): Promise<void> {
  // All calls go to `call`, also of tools that do not exist: these declarations only make a place for them.
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

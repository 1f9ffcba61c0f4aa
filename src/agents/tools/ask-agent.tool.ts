import { z } from 'zod';
import { ModelError } from '../../adapters/openai/model-error.js';
import type { Agent, AgentEvent, Source } from '../agent.js';
import { defineTool, ToolFailure, type Tool, type ToolContext } from './tool.js';

/** Maximum length of the other agent's answer, in UTF-16 units. */
const MAX_ANSWER = 256 * 1024;
const MAX_DESCRIPTION = 200;

/**
 * Lets another agent answer a question: of the same user's documents, within the limits of the run, at its cost. It
 * does not get the conversation, and cannot call further agents.
 */
export const askAgent = (agents: readonly Agent[]): Tool =>
  defineTool({
    name: 'ask_agent',
    description: `Asks another agent and returns its answer. It knows nothing of this conversation: put everything it needs into the message.\n${agents
      .map(({ id, description }) => `- ${id}: ${description.slice(0, MAX_DESCRIPTION)}`)
      .join('\n')}`,
    schema: z.object({
      agent: z.enum(agents.map(({ id }) => id)),
      message: z.string().min(1).max(8_000),
    }),
    async run({ agent, message }, context, signal) {
      const asked = agents.find(({ id }) => id === agent)!;
      const text = await answerOf(asked, message, context, signal);
      return { text: text || 'It gave no answer.', output: { agent, answer: text } };
    },
  });

/** @throws ToolFailure, or the signal's reason */
async function answerOf(
  agent: Agent,
  message: string,
  { input, sources, emit, allowance }: ToolContext,
  signal: AbortSignal,
): Promise<string> {
  const tooLong = new AbortController();
  let text = '';
  let found: readonly Source[] = [];
  const take = (event: AgentEvent): void => {
    switch (event.type) {
      case 'text':
        text += event.tokens.join('');
        if (text.length > MAX_ANSWER) tooLong.abort();
        return;
      case 'retract':
        text = '';
        return;
      case 'sources':
        found = event.sources;
        return;
      // Its steps are shown, and its usage is part of the run.
      case 'log':
      case 'tool':
      case 'usage':
      case 'request':
        return emit(event);
      // Of its own conversation, which there is none of.
      case 'state':
      case 'reasoning':
      case 'suspend':
      case 'finish':
        return;
    }
  };
  const { ownerId, conversationRowId, position, hasDocuments, documents } = input;
  const question = { ownerId, conversationRowId, position, hasDocuments, documents, message };
  try {
    await agent.answer(
      { ...question, history: [], state: {}, asked: { allowance } },
      take,
      AbortSignal.any([signal, tooLong.signal]),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (tooLong.signal.aborted) throw new ToolFailure('Its answer is too long.', { cause: error });
    if (error instanceof ModelError)
      throw new ToolFailure(`It could not answer: ${error.message}`, { cause: error });
    throw error;
  }
  return renumbered(text.trim(), sources.add(found));
}

/** Markers of sources as the run numbers them; one without a source is none. */
const renumbered = (text: string, numbers: readonly number[]): string =>
  text.replaceAll(/\[(\d{1,3})\]/g, (_, digits: string) => {
    const number = numbers[Number(digits) - 1];
    return number ? `[${number}]` : `(${digits})`;
  });

import { z } from 'zod';
import type { ChatModel } from '../../adapters/chat-model/chat-model.js';
import { Agent, type AgentEvent, type AgentInput } from '../agent.js';

/** An agent without code: who it is and how it answers. */
export const personaSchema = z.strictObject({
  label: z.string().min(1).max(80),
  description: z.string().min(1).max(300),
  prompt: z.string().min(1).max(20_000),
  /** Place in the list of agents; those without one come last, by file name. */
  order: z.int().default(100),
});

export type Persona = z.output<typeof personaSchema>;

/** Answers as its persona, from the conversation. */
export class PersonaAgent extends Agent {
  readonly label: string;
  readonly description: string;
  private readonly instructions: string;

  constructor(
    readonly id: string,
    persona: Persona,
    private readonly model: ChatModel,
  ) {
    super();
    this.label = persona.label;
    this.description = persona.description;
    this.instructions = persona.prompt;
  }

  async *answer({ message, history, context }: AgentInput, signal: AbortSignal): AsyncIterable<AgentEvent> {
    yield { type: 'sources', sources: [] };
    const prompt = { instructions: this.instructions, history, message, context };
    for await (const tokens of this.model.stream(prompt, signal)) yield { type: 'text', tokens };
  }
}

/** Who answers where nobody else was asked for. */
export const ASSISTANT: Persona = {
  order: 100,
  label: 'Assistant',
  description: 'Answers questions and remembers the conversation.',
  prompt:
    'You are a helpful assistant. Answer the latest message of the user, in its language, clearly and briefly. ' +
    'Say so when you do not know.',
};

import { z } from 'zod';
import { uuid } from '../../common/schemas.js';
import { boundedText, withoutHidden } from '../../common/text.js';
import { isListable, TOOL_NAMES } from '../tools/tool-names.js';

const listed = boundedText(1, 300);
const MAX_TOOLS = 100;
const UNKNOWN_TOOL = {
  error: `Input should be tables, ${TOOL_NAMES.join(', ')}, mcp:SERVER or mcp:SERVER/TOOL`,
};

/** An agent without code, of a YAML file or created by an admin: who it is and how it answers. */
export const personaSchema = z.strictObject({
  label: boundedText(1, 80)
    .overwrite(withoutHidden)
    .refine((text) => text.trim() !== '', { error: 'String should not be blank' }),
  description: boundedText(1, 300).overwrite(withoutHidden),
  prompt: boundedText(1, 20_000),
  order: z.int().default(100).describe('its place in the list of agents'),
  model: boundedText(1, 200)
    .optional()
    .describe('the chat model that answers, of the configured server; `OPENAI_MODEL` when left out'),
  context_tokens: z
    .int()
    .min(1_024)
    .max(10_000_000)
    .optional()
    .describe('context size of the model; `MODEL_CONTEXT_TOKENS`, or what the server reports, when left out'),
  // What is left out is the server's to decide. A setting that the model refuses is left out too.
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0.001).max(1).optional(),
  max_tokens: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('maximum tokens of an answer, including reasoning; a truncated answer can be continued'),
  stop: z.array(boundedText(1, 100)).max(4).optional().describe('texts before which an answer ends'),
  reasoning_effort: z
    .string()
    .regex(/^[a-z]{1,20}$/)
    .optional()
    .describe('reasoning effort: none, minimal, low, medium, high'),
  retrieval: z
    .enum(['all', 'own', 'system', 'none'])
    .default('all')
    .describe("scope of retrieval: the user's own documents, the system's, both or none"),
  documents: z
    .array(uuid())
    .min(1)
    .max(200)
    .optional()
    .describe(
      'ids of the only documents of `retrieval` that it searches; a message that names attachments is answered from those',
    ),
  tools: z
    .array(listed.refine((name) => name === 'tables' || isListable(name), UNKNOWN_TOOL))
    .max(MAX_TOOLS)
    .default([])
    .describe('tools that its model may call; `tables` computes over tables before the model answers'),
  approval: z
    .array(listed.refine(isListable, UNKNOWN_TOOL))
    .max(MAX_TOOLS)
    .default([])
    .describe('tools whose calls need approval, besides those that always need it'),
  greeting: boundedText(1, 2_000)
    .optional()
    .describe('greeting that clients show before the first message; not part of prompts'),
  starters: z.array(boundedText(1, 200)).max(8).default([]).describe('suggested first messages'),
});

export type Persona = z.output<typeof personaSchema>;

/** The default agent. */
export const ASSISTANT: Persona = {
  order: 100,
  label: 'Assistant',
  description: 'Answers questions from your documents and remembers the conversation.',
  prompt:
    'You are a helpful assistant. Answer the latest message of the user, in its language, clearly and briefly. ' +
    'Say so when you do not know.',
  retrieval: 'all',
  tools: ['tables'],
  approval: [],
  starters: [],
};

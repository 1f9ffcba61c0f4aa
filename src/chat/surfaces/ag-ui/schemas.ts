import { z } from 'zod';
import { otherTypeThan } from '../../../common/schemas.js';
import { boundedText, isStorableJson, storableText } from '../../../common/text.js';
import { editedInput } from '../../wires/edited-input.js';
import { MAX_MESSAGES } from '../../wires/newest-turn.js';

const partSchema = z.union([
  z.object({ type: z.literal('text'), text: storableText() }),
  z.object({
    type: z.literal('image'),
    source: z.object({ type: z.string(), value: z.string(), mimeType: z.string().nullish() }),
  }),
  otherTypeThan('text', 'image'),
]);

/** The newest message of a thread; earlier ones are ignored. */
export const messageSchema = z.object({
  role: z.string(),
  content: z.union([storableText(), z.array(partSchema).max(1_000)]),
});
export type WireMessage = z.output<typeof messageSchema>;

/** The answer to an interrupt. */
export const resumeSchema = z.discriminatedUnion('status', [
  z.object({
    interruptId: boundedText(1, 128),
    status: z.literal('resolved'),
    payload: z.object({
      approved: z.boolean(),
      input: editedInput.nullish(),
      always: z.boolean().nullish(),
      note: boundedText(0, 1_000).nullish(),
    }),
  }),
  z.object({ interruptId: boundedText(1, 128), status: z.literal('cancelled') }),
]);

/** `RunAgentInput` of version 1.0. */
export const runAgentSchema = z
  .object({
    threadId: boundedText(1, 200).describe('the conversation'),
    runId: boundedText(1, 200).describe('repeating it returns the same run'),
    messages: z
      .array(z.unknown())
      .min(1)
      .max(MAX_MESSAGES)
      .describe('the whole thread; only the last message is read'),
    tools: z.array(z.unknown()).nullish().describe('must be empty: agents have their own tools'),
    context: z
      .array(z.object({ description: storableText(), value: storableText() }))
      .max(100)
      .nullish()
      .describe('passed to the agent as data'),
    resume: z
      .array(resumeSchema)
      .max(100)
      .nullish()
      .describe('decisions about the calls of tools that the thread waits for; no message is read then'),
    forwardedProps: z
      .object({
        top_k: z.int().min(1).max(50).optional(),
        attachment_ids: z.array(boundedText(1, 128)).max(100).optional(),
      })
      .nullish(),
    state: z
      .unknown()
      .refine((state) => isStorableJson(state), 'not storable')
      .optional()
      .describe('not read: the state belongs to the agent'),
  })
  .meta({
    id: 'AgUiRunInput',
    example: {
      threadId: '550e8400-e29b-41d4-a716-446655440000',
      runId: 'run-1',
      state: {},
      messages: [{ id: 'm1', role: 'user', content: 'How long is the notice period?' }],
      tools: [],
      context: [],
      forwardedProps: {},
    },
  });

/** The subset of AG-UI 1.0 events that Parley sends. */
export const agUiEventSchema = z
  .looseObject({
    type: z.enum([
      'RUN_STARTED',
      'CUSTOM',
      'STATE_SNAPSHOT',
      'MESSAGES_SNAPSHOT',
      'REASONING_START',
      'REASONING_MESSAGE_START',
      'REASONING_MESSAGE_CONTENT',
      'REASONING_MESSAGE_END',
      'REASONING_END',
      'TOOL_CALL_START',
      'TOOL_CALL_ARGS',
      'TOOL_CALL_END',
      'TOOL_CALL_RESULT',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'RUN_FINISHED',
      'RUN_ERROR',
    ]),
  })
  .meta({
    id: 'AgUiEvent',
    example: {
      type: 'TEXT_MESSAGE_CONTENT',
      messageId: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
      delta: 'Thirty ',
    },
  });

import { z } from 'zod';
import { EXAMPLE_CONVERSATION } from '../../../common/openapi.js';
import { finishReasonSchema } from '../../wires/finish-reason.js';

export const CONVERSATION = EXAMPLE_CONVERSATION;
export const RUN = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
export const SOURCE = {
  source: '/attachments/01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21/raw',
  title: 'handbook.pdf',
  text: 'Everybody has thirty days of leave a year.',
  score: 0.83,
  metadata: {
    document_id: '01926f6e-8a3c-7c1e-9d52-3f0c9b7d4e21',
    revision: 1,
    title: 'handbook.pdf',
    heading: 'Leave',
    page: 12,
    start: 18_204,
    end: 18_246,
    quote: 'Everybody has thirty days of leave a year.',
  },
};

export const sourceSchema = z
  .object({
    source: z.string(),
    title: z.string(),
    text: z.string(),
    score: z.number(),
    metadata: z
      .record(z.string(), z.unknown())
      .describe(
        'where the quote is; in histories also `cited` (whether the answer cites it) and `deleted` (whether its file was deleted)',
      ),
  })
  .meta({ id: 'Source', example: SOURCE });

const toolCallFields = { id: z.string(), name: z.string() };

export const approvalSchema = z.object({
  approval_id: z.string(),
  tool_call_id: z.string(),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()),
});

const waitingSchema = z.object({
  run_id: z.string(),
  message: z.string(),
  approvals: z.array(approvalSchema),
  expires_at: z.string(),
});

const toolStepSchema = z.discriminatedUnion('phase', [
  z.object({
    ...toolCallFields,
    phase: z.literal('waiting'),
    approval_id: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
  z.object({ ...toolCallFields, phase: z.literal('called'), input: z.record(z.string(), z.unknown()) }),
  z.object({ ...toolCallFields, phase: z.literal('done'), output: z.unknown() }),
  z.object({ ...toolCallFields, phase: z.literal('failed'), error: z.string() }),
]);

export const eventSchema = z
  .discriminatedUnion('type', [
    z
      .object({
        type: z.literal('meta'),
        data: z.object({ conversation_id: z.string(), run_id: z.string() }),
      })
      .meta({
        description: 'The first event.',
        example: { type: 'meta', data: { conversation_id: CONVERSATION, run_id: RUN } },
      }),
    z.object({ type: z.literal('sources'), data: z.array(sourceSchema) }).meta({
      description:
        'The sources of the answer; omitted when `include_citations` is false. It comes again, with all of them, when a ' +
        'tool finds more.',
      example: { type: 'sources', data: [SOURCE] },
    }),
    z.object({ type: z.literal('log'), data: z.string() }).meta({
      description:
        'Progress, such as what was looked up; none to many, from `meta` on. It is not part of the answer; clients may ignore it.',
      example: { type: 'log', data: 'Searching the documents' },
    }),
    z.object({ type: z.literal('reasoning'), data: z.string() }).meta({
      description:
        "A part of the model's reasoning, which is not part of the answer; only with `include_reasoning`.",
      example: { type: 'reasoning', data: 'The handbook has a section on leave.' },
    }),
    z.object({ type: z.literal('tool'), data: toolStepSchema }).meta({
      description:
        'A step of a tool that the agent uses: `waiting` for approval where that is needed, `called` with its input, then `done` with its output or `failed`. It is not ' +
        'part of the answer; clients may ignore it.',
      example: {
        type: 'tool',
        data: { id: RUN, name: 'calculator', phase: 'called', input: { expression: '12 * 7' } },
      },
    }),
    z
      .object({ type: z.literal('token'), data: z.string() })
      .meta({ description: 'A part of the answer.', example: { type: 'token', data: 'Thirty days ' } }),
    z
      .object({
        type: z.literal('reset'),
        data: z.object({
          conversation_id: z.string(),
          run_id: z.string(),
          reply: z.string(),
          sources: z.array(sourceSchema).optional(),
        }),
      })
      .meta({
        description:
          'For a client that resumes after events which are no longer kept: the whole answer so far.',
        example: {
          type: 'reset',
          data: {
            conversation_id: 'handbook',
            run_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
            reply: 'Thirty ',
          },
        },
      }),
    z.object({ type: z.literal('waiting'), data: waitingSchema }).meta({
      description:
        'The answer waits for a person: `POST /runs/{run_id}/approvals/{approval_id}`. `done` follows; the run resumes ' +
        'after the decision, in `GET /runs/{run_id}/stream`.',
      example: {
        type: 'waiting',
        data: {
          run_id: RUN,
          message: 'The answer waits for your approval of: web_fetch.',
          approvals: [
            { approval_id: RUN, tool_call_id: RUN, tool: 'web_fetch', input: { url: 'https://example.com' } },
          ],
          expires_at: '2026-02-01T09:30:00.000Z',
        },
      },
    }),
    z.object({ type: z.literal('error'), data: z.object({ message: z.string() }) }).meta({
      description: 'The answer failed; `done` follows.',
      example: { type: 'error', data: { message: 'The model is busy.' } },
    }),
    z.object({ type: z.literal('done'), data: z.null(), finish_reason: finishReasonSchema.optional() }).meta({
      description: 'The answer is complete. The documented request gets the sentinel `[DONE]` after it.',
      example: { type: 'done', data: null },
    }),
  ])
  .meta({ id: 'RagAssistantEvent' });

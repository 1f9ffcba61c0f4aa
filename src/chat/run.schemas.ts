import { z } from 'zod';
import { EXAMPLE_CONVERSATION } from '../common/openapi.js';
import type { StoredRun } from '../database/repositories/runs/stored-run.js';
import { approvalSchema } from './surfaces/rag-assistant/events.js';

const usageSchema = z.object({
  input_tokens: z.int(),
  output_tokens: z.int(),
  cached_tokens: z.int().optional(),
  reasoning_tokens: z.int().optional(),
  estimated: z.boolean(),
});

export const runSchema = z
  .object({
    run_id: z.string(),
    conversation_id: z.string(),
    agent: z.string().describe('id of the agent that answers'),
    agent_version: z
      .int()
      .nullable()
      .describe('once the run has ended: the version of an agent that an admin has created'),
    status: z.enum(['queued', 'streaming', 'waiting', 'complete', 'interrupted', 'cancelled', 'failed']),
    reply: z.string(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    finish_reason: z.enum(['stop', 'length', 'content_filter']).nullable(),
    usage: usageSchema.nullable(),
    approvals: z
      .array(approvalSchema)
      .optional()
      .describe('of a run that is `waiting`: the pending approvals'),
    expires_at: z.string().optional().describe('of a run that is `waiting`: when the approvals expire'),
    last_event_id: z.string(),
    created_at: z.string(),
    finished_at: z.string().nullable(),
  })
  .meta({
    id: 'Run',
    example: {
      run_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
      conversation_id: EXAMPLE_CONVERSATION,
      agent: 'assistant',
      agent_version: null,
      status: 'complete',
      reply: 'Thirty days a year [1].',
      error: null,
      finish_reason: 'stop',
      usage: { input_tokens: 180, output_tokens: 12, estimated: false },
      last_event_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a:9',
      created_at: '2026-01-31T09:30:00.000Z',
      finished_at: '2026-01-31T09:30:02.000Z',
    },
  });

/** A run as clients see it. */
export const toRun = (run: StoredRun): z.output<typeof runSchema> => ({
  run_id: run.runId,
  conversation_id: run.conversationId,
  agent: run.agent,
  agent_version: run.agentVersion,
  status: run.status,
  reply: run.reply,
  error: run.error === null ? null : { code: run.error, message: run.errorMessage ?? '' },
  finish_reason: run.finishReason ?? (run.status === 'complete' ? 'stop' : null),
  usage: run.usage && toUsage(run.usage),
  ...(run.status === 'waiting' && {
    approvals: (run.approvals ?? []).map(({ id, callId, tool, input }) => ({
      approval_id: id,
      tool_call_id: callId,
      tool,
      input,
    })),
    expires_at: run.expiresAt.toISOString(),
  }),
  last_event_id: `${run.runId}:${run.lastOffset}`,
  created_at: run.createdAt.toISOString(),
  finished_at: run.finishedAt?.toISOString() ?? null,
});

const toUsage = (usage: NonNullable<StoredRun['usage']>): z.output<typeof usageSchema> => ({
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  cached_tokens: usage.cachedTokens,
  reasoning_tokens: usage.reasoningTokens,
  estimated: usage.estimated,
});

/** Whether a run has ended. */
export const isOver = ({ status }: StoredRun) =>
  status !== 'queued' && status !== 'streaming' && status !== 'waiting';

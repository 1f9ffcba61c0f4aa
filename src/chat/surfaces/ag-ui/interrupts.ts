import type { z } from 'zod';
import type { DecisionOnCall } from '../../../runs/approvals/approvals.service.js';
import type { RunEvent } from '../../../runs/run.js';
import type { resumeSchema } from './schemas.js';

/** The answers to interrupts as decisions; an abandoned call is rejected. */
export const toDecisions = (entries: readonly z.output<typeof resumeSchema>[]): DecisionOnCall[] =>
  entries.map((entry): DecisionOnCall => {
    const approvalId = entry.interruptId;
    if (entry.status === 'cancelled') return { approvalId, decision: 'reject' };
    const { approved, note } = entry.payload;
    if (approved) return { approvalId, decision: 'approve' };
    return { approvalId, decision: 'reject', ...(note && { note }) };
  });

/** The pending calls, each with the schema of its answer's payload. */
export const toInterrupts = ({ approvals, message, expiresAt }: Extract<RunEvent, { type: 'waiting' }>) =>
  approvals.map(({ id, callId, tool, input }) => ({
    id,
    reason: 'tool_call',
    toolCallId: callId,
    message,
    expiresAt,
    metadata: { tool, input },
    responseSchema: RESPONSE_SCHEMA,
  }));

const RESPONSE_SCHEMA = {
  type: 'object',
  properties: {
    approved: { type: 'boolean' },
    note: { type: 'string', maxLength: 1_000, description: 'why not, for the model' },
  },
  required: ['approved'],
};

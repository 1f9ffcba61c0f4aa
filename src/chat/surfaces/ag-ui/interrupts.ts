import type { z } from 'zod';
import type { JsonObject } from '../../../common/json.js';
import type { DecisionOnCall } from '../../../runs/approvals/approvals.service.js';
import type { RunEvent } from '../../../runs/run.js';
import type { resumeSchema } from './schemas.js';

/** The answers to interrupts as decisions; an abandoned call is rejected. */
export const toDecisions = (entries: readonly z.output<typeof resumeSchema>[]): DecisionOnCall[] =>
  entries.map((entry): DecisionOnCall => {
    const approvalId = entry.interruptId;
    if (entry.status === 'cancelled') return { approvalId, decision: 'reject' };
    const { approved, note, input, always = false } = entry.payload;
    if (approved && input) return { approvalId, decision: 'edit', input: input as JsonObject };
    if (approved) return { approvalId, decision: 'approve', always: always ?? false };
    return { approvalId, decision: 'reject', ...(note && { note }) };
  });

/** The pending calls, each with the schema of its answer's payload. */
export const toInterrupts = ({ approvals, message, expiresAt }: Extract<RunEvent, { type: 'waiting' }>) =>
  approvals.map(({ id, callId, tool, input, schema }) => ({
    id,
    reason: 'tool_call',
    toolCallId: callId,
    message,
    expiresAt,
    metadata: { tool, input },
    responseSchema: responseSchemaOf(schema),
  }));

/** @param input schema of the tool's input */
const responseSchemaOf = (input: JsonObject = { type: 'object' }) => ({
  type: 'object',
  properties: {
    approved: { type: 'boolean' },
    input: { ...input, description: 'with an approval: in place of the input that the model wrote' },
    always: { type: 'boolean', description: 'with an approval: the tool needs none in this thread any more' },
    note: { type: 'string', maxLength: 1_000, description: 'why not, for the model' },
  },
  required: ['approved'],
});

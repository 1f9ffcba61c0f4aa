import { z } from 'zod';
import { parseInput } from '../../../common/http/validation.pipe.js';
import { boundedText } from '../../../common/text.js';
import type { DecisionOnCall } from '../../../runs/approvals/approvals.service.js';
import { messageSchema } from './schemas.js';

const answeredSchema = z.object({
  approval: z.object({
    id: boundedText(1, 128),
    approved: z.boolean(),
    reason: boundedText(0, 1_000).nullish(),
  }),
});

/** Decisions about calls of a run that waits. */
export interface ChatDecisions {
  conversationId: string;
  runId: string;
  decisions: DecisionOnCall[];
}

/**
 * The decisions that `addToolApprovalResponse` has put into the newest message, a reply: its id is that of its run.
 * @returns undefined for a message without decisions
 * @throws InvalidInput naming `field`
 */
export function decisionsIn(
  conversationId: string,
  message: unknown,
  field: string,
): ChatDecisions | undefined {
  const { id = '', role } = parseInput(messageSchema, message ?? {}, 'body', field);
  if (role !== 'assistant') return undefined;
  const answered = (message as { parts: object[] }).parts.filter(isAnswered);
  if (answered.length === 0) return undefined;
  const decisions = answered.map((part): DecisionOnCall => {
    const { id: approvalId, approved, reason } = parseInput(answeredSchema, part, 'body', field).approval;
    if (approved) return { approvalId, decision: 'approve' };
    return { approvalId, decision: 'reject', ...(reason && { note: reason }) };
  });
  return { conversationId, runId: id, decisions };
}

const isAnswered = (part: object) => 'state' in part && part.state === 'approval-responded';

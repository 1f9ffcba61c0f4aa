import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ApprovalRequest } from '../../../agents/agent.js';
import { parseInput } from '../../../common/http/validation.pipe.js';
import { boundedText } from '../../../common/text.js';
import type { DecisionOnCall } from '../../../runs/approvals/approvals.service.js';
import type { JsonObject } from '../../../common/json.js';
import { editedInput } from '../../wires/edited-input.js';
import { messageSchema } from './schemas.js';

const answeredSchema = z.object({
  input: z.unknown().optional(),
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
  decisions: ShownDecision[];
}

/** A decision, and the input in the client's part of the call, which a page may have changed. */
type ShownDecision = DecisionOnCall & { shown?: unknown };

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
  const decisions = answered.map((part): ShownDecision => {
    const { approval, input } = parseInput(answeredSchema, part, 'body', field);
    const { id: approvalId, approved, reason } = approval;
    if (approved) return { approvalId, decision: 'approve', shown: input };
    return { approvalId, decision: 'reject', ...(reason && { note: reason }) };
  });
  return { conversationId, runId: id, decisions };
}

/**
 * The decisions, where an approved call whose input was changed is an edit: the protocol has no other place for it.
 * @param asked the calls that wait
 * @throws InvalidInput naming `field`
 */
export const withEdits = (
  decisions: readonly ShownDecision[],
  asked: readonly ApprovalRequest[] | null,
  field: string,
): DecisionOnCall[] =>
  decisions.map(({ shown, ...decision }) => {
    const call = asked?.find(({ id }) => id === decision.approvalId);
    if (!call || shown === undefined || isDeepStrictEqual(shown, call.input)) return decision;
    const { approvalId } = decision;
    const input = parseInput(editedInput, shown, 'body', field) as JsonObject;
    return { approvalId, decision: 'edit', input };
  });

const isAnswered = (part: object) => 'state' in part && part.state === 'approval-responded';

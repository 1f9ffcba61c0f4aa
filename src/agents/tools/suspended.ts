import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { ChatPrompt, ToolCall, ToolStep } from '../../adapters/chat-model/chat-model.js';
import type { JsonObject } from '../../common/json.js';
import type { ApprovalRequest, Emit } from '../agent.js';

/** UTF-16 units of a result that is kept while an answer waits, and of all of it, as JSON. */
const MAX_RESULT = 8 * 1024;
const MAX_KEPT = 256 * 1024;

const call = z.object({
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.json()).nullable(),
  extra: z.record(z.string(), z.json()).optional(),
  eventId: z.string(),
  /** Of the request, for a call that needs approval. */
  approvalId: z.string().optional(),
});

/** What an answer with tools needs to go on: written and read here alone. */
const keptSchema = z.object({
  /** The text of the answer so far. */
  shown: z.string(),
  steps: z.array(
    z.object({
      text: z.string(),
      thought: z.string().optional(),
      calls: z.array(call.omit({ eventId: true })),
      results: z.array(z.string()),
    }),
  ),
  /** The step whose calls wait. */
  step: z.object({ text: z.string(), thought: z.string().optional(), calls: z.array(call) }),
  used: z.int(),
  /** What the prompt rested on. */
  passages: z.array(z.object({ title: z.string(), text: z.string() })).optional(),
  draft: z.string().optional(),
});

export type Kept = z.output<typeof keptSchema>;

/** Ends the loop of an answer whose calls wait for a person. */
export class Suspended extends Error {
  constructor(
    readonly answer: Omit<ToolStep, 'results'>,
    readonly steps: readonly ToolStep[],
  ) {
    super('the answer waits for approval');
  }
}

/** What is known of a call that waits. */
interface Asking {
  needsApproval(call: ToolCall): boolean;
  schemaOf(call: ToolCall): JsonObject | undefined;
}

/** Emits the requests for approval, and the state for resuming the answer. */
export function suspend(
  { answer, steps }: Suspended,
  { prompt, shown, used }: { prompt: ChatPrompt; shown: string; used: number },
  { needsApproval, schemaOf }: Asking,
  emit: Emit,
): void {
  const approvals: ApprovalRequest[] = [];
  const waiting = answer.calls.map((each) => {
    const eventId = uuidv7();
    if (!needsApproval(each)) return { ...each, eventId };
    const approvalId = uuidv7();
    const input = each.input ?? {};
    approvals.push({ id: approvalId, callId: eventId, tool: each.name, input, schema: schemaOf(each) });
    emit({ type: 'tool', id: eventId, name: each.name, phase: 'waiting', approvalId, input });
    return { ...each, eventId, approvalId };
  });
  const kept = {
    shown,
    steps: [...steps],
    step: { ...answer, calls: waiting },
    used,
    ...(prompt.passages && {
      passages: prompt.passages.map(({ title, text: passage }) => ({ title, text: passage })),
    }),
    ...(prompt.draft !== undefined && { draft: prompt.draft }),
  };
  emit({ type: 'suspend', approvals, resume: bounded(kept) });
}

export const readKept = (resume: JsonObject): Kept => keptSchema.parse(resume);

/** Old results are shortened where all of it would be too much to keep. */
function bounded(kept: object & { steps: readonly ToolStep[] }): JsonObject {
  const whole = kept as unknown as JsonObject;
  if (JSON.stringify(whole).length <= MAX_KEPT) return whole;
  const steps = kept.steps.map((step) => ({
    ...step,
    results: step.results.map((result) => result.slice(0, MAX_RESULT).toWellFormed()),
  }));
  return { ...whole, steps } as unknown as JsonObject;
}

import { wholeEpochSeconds } from '../../../common/time/epoch.js';
import type { TerminalEvent } from '../../../runs/run.js';
import type { StreamedRun } from '../../surface.js';
import { createdAtOf } from '../../wires/run-time.js';
import { usageOf } from '../../wires/usage.js';
import { conversationIdOf, responseIdOf } from './ids.js';
import type { OutputItem } from './items.js';
import type { ResponseOptions } from './schemas.js';

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

/** The mutable fields of a response. */
export interface ResponseParts {
  status: ResponseStatus;
  output: readonly OutputItem[];
  /** Offset in the run behind which the response begins; 0 for the first of a run. */
  after?: number;
  end?: TerminalEvent;
}

/** The `response` resource, with every field that OpenAI's clients read. */
export function toResponse(
  run: StreamedRun,
  options: ResponseOptions,
  { status, output, after, end }: ResponseParts,
) {
  return {
    id: responseIdOf(run.runId, after),
    object: 'response' as const,
    created_at: wholeEpochSeconds(createdAtOf(run.runId)),
    status,
    background: options.background,
    error: status === 'failed' && end?.type === 'failed' ? toFailure(end) : null,
    incomplete_details: end && status === 'incomplete' ? { reason: reasonOf(end) } : null,
    instructions: options.instructions,
    max_output_tokens: options.maxOutputTokens,
    metadata: options.metadata,
    model: options.model ?? run.agent,
    output,
    parallel_tool_calls: true,
    previous_response_id: options.previousResponseId,
    reasoning: { effort: null, summary: null },
    store: options.store,
    temperature: options.temperature,
    text: { format: options.textFormat },
    tool_choice: 'auto',
    tools: [],
    top_p: options.topP,
    truncation: 'disabled',
    usage: end ? toUsage(end, options) : null,
    user: null,
    conversation: { id: conversationIdOf(run.conversationId) },
  };
}

/** Maps the end of a run to a response status. */
export function statusOf(end: TerminalEvent): ResponseStatus {
  if (end.type === 'failed') return end.code === 'cancelled' ? 'cancelled' : 'failed';
  return end.finishReason ? 'incomplete' : 'completed';
}

/** OpenAI's clients accept a closed list of codes; Parley's code is prefixed to the message. */
const toFailure = ({ code, message }: Extract<TerminalEvent, { type: 'failed' }>) => ({
  code: 'server_error',
  message: `${code}: ${message}`,
});

const reasonOf = ({ finishReason }: TerminalEvent) =>
  finishReason === 'content_filter' ? 'content_filter' : 'max_output_tokens';

function toUsage(end: TerminalEvent, { promptTokens }: ResponseOptions) {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = usageOf(end, promptTokens);
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens ?? 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens ?? 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

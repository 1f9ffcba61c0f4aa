import { epochSeconds } from '../../../common/time/epoch.js';
import type { Source } from '../../../agents/agent.js';
import type { AgentRegistry } from '../../../agents/agent-registry.js';
import { InvalidInput } from '../../../common/errors.js';
import type { Json } from '../../../common/json.js';
import { sseFrames } from '../../../common/sse.js';
import { isVisible } from '../../../common/text.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import type { StoredSummary } from '../../../database/repositories/tree/summaries.repository.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import { toFinish } from '../../wires/finish-reason.js';
import { parseInput } from '../../../common/http/validation.pipe.js';
import type { RunEvent, TerminalEvent } from '../../../runs/run.js';
import type { StartRun, StartedRun } from '../../../runs/run.service.js';
import type { ToSse } from '../../stream-run.js';
import { requestFor } from '../../wires/newest-turn.js';
import { sendSchema, type ShownToolCall } from './schemas.js';
import { toSources } from './sources.js';

const NEWER_FIELDS = ['top_k', 'include_citations', 'include_reasoning', 'attachment_ids'];

/** Stream options of a request. */
export interface WireOptions {
  citations: boolean;
  sentinel: boolean;
  /** Whether the model's thinking is sent as well. */
  reasoning?: boolean;
  /** Base URL of links. */
  base?: string;
}

/** The default agent of a new conversation. */
const DEFAULT_AGENT = 'assistant';

/**
 * @param base base URL of links in the stream
 * @throws InvalidInput
 */
export function fromWire(
  body: unknown,
  ownerId: string,
  agents: AgentRegistry,
  base = '',
): { turn: StartRun; wire: WireOptions } {
  const request = parseInput(sendSchema, body, 'body');
  const agent = request.agent ? findAgent(agents, request.agent) : undefined;
  return {
    turn: {
      ownerId,
      conversationId: request.conversation_id || undefined,
      agent: agent ?? DEFAULT_AGENT,
      switchesAgent: agent !== undefined,
      message: messageOf(request.message, request.attachment_ids ?? []),
      context: (request.context as Json | undefined) ?? undefined,
      documents: { topK: request.top_k, attachmentIds: request.attachment_ids },
    },
    wire: {
      citations: request.include_citations,
      sentinel: !NEWER_FIELDS.some((field) => Object.hasOwn(body as object, field)),
      ...(request.include_reasoning && { reasoning: true }),
      ...(base && { base }),
    },
  };
}

/** Blanks alone are no message beside files. */
const messageOf = (message: string, files: readonly string[]) =>
  files.length > 0 && !isVisible(message) ? requestFor(files) : message;

/** @throws InvalidInput naming the available agents */
export function findAgent(agents: AgentRegistry, name: string): string {
  const agent = agents.named(name);
  if (agent) return agent.id;
  const names = agents.all.map(({ label }) => `'${label}'`);
  const expected = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  throw new InvalidInput([
    {
      type: 'literal_error',
      loc: ['body', 'agent'],
      msg: `Input should be ${expected}`,
      input: name,
      ctx: { expected },
    },
  ]);
}

export function toWire(
  { runId, conversationId }: StartedRun,
  { citations, sentinel, reasoning, base = '' }: WireOptions,
): ToSse {
  // Finish reason of an incomplete answer, beside the documented fields.
  const end = ({ finishReason }: TerminalEvent) => [
    JSON.stringify({ type: 'done', data: null, finish_reason: finishReason }),
    ...(sentinel ? ['[DONE]'] : []),
  ];
  return (event) => {
    switch (event.type) {
      case 'started': {
        const meta = { type: 'meta', data: { conversation_id: conversationId, run_id: runId } };
        return sseFrames(runId, event.offset, JSON.stringify(meta));
      }
      case 'sources':
        return citations
          ? sseFrames(
              runId,
              event.offset,
              JSON.stringify({ type: 'sources', data: toSources(event.sources, base) }),
            )
          : '';
      case 'token':
        return sseFrames(runId, event.offset, `{"type":"token","data":${JSON.stringify(event.text)}}`);
      case 'reset': {
        const { reply } = event;
        const sources = citations ? event.sources && toSources(event.sources, base) : undefined;
        const data = { conversation_id: conversationId, run_id: runId, reply, sources };
        return sseFrames(runId, event.offset, JSON.stringify({ type: 'reset', data }));
      }
      case 'completed':
        return sseFrames(runId, event.offset, ...end(event));
      case 'waiting': {
        const waiting = JSON.stringify({ type: 'waiting', data: toWaiting(runId, event) });
        return sseFrames(runId, event.offset, waiting, ...end(event));
      }
      case 'failed': {
        const error = JSON.stringify({ type: 'error', data: { message: event.message } });
        return sseFrames(runId, event.offset, error, ...end(event));
      }
      case 'log':
        return sseFrames(runId, event.offset, JSON.stringify({ type: 'log', data: event.text }));
      case 'reasoning':
        return reasoning
          ? sseFrames(runId, event.offset, JSON.stringify({ type: 'reasoning', data: event.text }))
          : '';
      case 'tool':
        return sseFrames(runId, event.offset, JSON.stringify({ type: 'tool', data: toToolStep(event) }));
      case 'state':
        return '';
    }
  };
}

const toWaiting = (run_id: string, event: Extract<RunEvent, { type: 'waiting' }>) => ({
  run_id,
  message: event.message,
  approvals: event.approvals.map(({ id, callId, tool, input }) => ({
    approval_id: id,
    tool_call_id: callId,
    tool,
    input,
  })),
  expires_at: event.expiresAt,
});

/** A step of a tool call; the event's own fields. */
function toToolStep(event: Extract<RunEvent, { type: 'tool' }>) {
  const { id, name } = event;
  switch (event.phase) {
    case 'waiting':
      return { id, name, phase: event.phase, approval_id: event.approvalId, input: event.input };
    case 'called':
      return { id, name, phase: event.phase, input: event.input };
    case 'done':
      return { id, name, phase: event.phase, output: event.output };
    case 'failed':
      return { id, name, phase: event.phase, error: event.error };
  }
}

export const toConversation = (c: ConversationSummary) => ({
  id: c.clientId,
  conversation_id: c.clientId,
  title: c.title,
  created_at: epochSeconds(c.createdAt),
  last_message_at: epochSeconds(c.lastMessageAt),
  message_count: c.messageCount,
  last_snippet: c.lastMessage,
  ...(c.pinnedAt && { pinned: true }),
});

export const toSummary = (s: StoredSummary) => ({
  id: s.id,
  role: 'summary' as const,
  content: s.content,
  first_message_id: s.firstMessageId,
  last_message_id: s.lastMessageId,
  message_count: s.position,
  created_at: epochSeconds(s.createdAt),
});

/** @param base base URL of links */
export const toMessage = (
  { id, role, content, createdAt, sources, toolCalls, finishReason, status }: StoredMessage,
  conversationId: string,
  base: string,
) => ({
  id,
  conversation_id: conversationId,
  role,
  content,
  created_at: epochSeconds(createdAt),
  ...toFinish({ finishReason, status }),
  ...(sources && { sources: toSources(sources as unknown as Source[], base) }),
  ...(toolCalls && { tool_calls: toolCalls as ShownToolCall[] }),
});

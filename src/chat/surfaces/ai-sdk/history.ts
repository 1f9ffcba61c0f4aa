import type { Source } from '../../../agents/agent.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import { toFinish } from '../../wires/finish-reason.js';
import { toDataSources, toSourceDocument, toToolPart } from './parts.js';

/**
 * A stored message in `useChat`'s format. A reply has the id of its run, as in the stream, so that a resumed stream
 * replaces the message in place.
 */
export function toUiMessage(message: StoredMessage, conversationId: string, base: string) {
  const { role, runId, createdAt, content } = message;
  const isReply = role === 'assistant';
  const sources = (message.sources ?? []) as unknown as Source[];
  return {
    id: isReply ? (runId ?? message.id) : message.id,
    role,
    metadata: {
      conversationId,
      createdAt: createdAt.toISOString(),
      ...(runId && { runId }),
      ...(isReply && toFinish(message)),
    },
    parts: [
      ...sources.map((source, i) => toSourceDocument(source, i, base)),
      ...(sources.length > 0 ? [toDataSources(sources, base)] : []),
      ...(message.toolCalls ?? []).map(toToolPart),
      { type: 'text' as const, text: content, ...(isReply && { state: 'done' as const }) },
    ],
  };
}

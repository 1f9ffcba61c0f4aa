import type { Json } from '../../../common/json.js';
import { sseFrames } from '../../../common/sse.js';
import { parseInput } from '../../../common/validation.pipe.js';
import type { TerminalEvent } from '../../../runs/run.js';
import type { StartRun, StartedRun } from '../../../runs/run.service.js';
import type { ToSse } from '../../stream-run.js';
import { sendSchema } from './schemas.js';

const NEWER_FIELDS = ['top_k', 'include_citations', 'attachment_ids'];

/** How the stream of a request is to look. */
export interface WireOptions {
  citations: boolean;
  sentinel: boolean;
}

/** @throws InvalidInput */
export function fromWire(body: unknown, ownerId: string): { turn: StartRun; wire: WireOptions } {
  const request = parseInput(sendSchema, body, 'body');
  return {
    turn: {
      ownerId,
      conversationId: request.conversation_id || undefined,
      agent: 'assistant',
      message: request.message,
      context: (request.context as Json | undefined) ?? undefined,
      documents: { topK: request.top_k, attachmentIds: request.attachment_ids },
    },
    wire: {
      citations: request.include_citations,
      sentinel: !NEWER_FIELDS.some((field) => Object.hasOwn(body as object, field)),
    },
  };
}

export function toWire({ runId, conversationId }: StartedRun, { citations, sentinel }: WireOptions): ToSse {
  // An answer that is not whole says why the model stopped, beside the documented fields.
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
          ? sseFrames(runId, event.offset, JSON.stringify({ type: 'sources', data: event.sources }))
          : '';
      case 'token':
        return sseFrames(runId, event.offset, `{"type":"token","data":${JSON.stringify(event.text)}}`);
      case 'reset': {
        const { reply, sources } = event;
        const data = { conversation_id: conversationId, run_id: runId, reply, ...(citations && { sources }) };
        return sseFrames(runId, event.offset, JSON.stringify({ type: 'reset', data }));
      }
      case 'completed':
        return sseFrames(runId, event.offset, ...end(event));
      case 'failed': {
        const error = JSON.stringify({ type: 'error', data: { message: event.message } });
        return sseFrames(runId, event.offset, error, ...end(event));
      }
      case 'log':
        return sseFrames(runId, event.offset, JSON.stringify({ type: 'log', data: event.text }));
      case 'state':
      case 'reasoning':
        return '';
    }
  };
}

export const epochSeconds = (date: Date) => date.getTime() / 1000;

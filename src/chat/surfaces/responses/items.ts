import type { Source, ToolEvent } from '../../../agents/agent.js';
import type { MessageToolCall } from '../../../database/entities/tool-calls/message-tool-call.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import { citationsIn, sourceFields } from '../../wires/citations.js';
import { stepsOf } from '../../../runs/tool-calls/made-calls.js';
import { approvalItemIdOf, callItemIdOf, messageItemIdOf } from './ids.js';

/** An item of a response or conversation. */
export interface OutputItem {
  id: string;
  type: string;
  status?: string;
  [field: string]: unknown;
}

/** A citation for each marker `[n]` of the reply. */
const annotationsOf = (reply: string, sources: readonly Source[]) =>
  citationsIn(reply, sources).map(({ start, source, number }) => ({
    type: 'file_citation' as const,
    file_id: fileIdOf(source),
    filename: source.title,
    index: start,
    source_number: number,
    ...sourceFields(source),
  }));

export const outputText = (text: string, sources: readonly Source[] = []) => ({
  type: 'output_text' as const,
  text,
  annotations: annotationsOf(text, sources),
  logprobs: [],
});

export const replyItem = (
  id: string,
  status: 'in_progress' | 'completed' | 'incomplete',
  content: object[],
): OutputItem => ({ id, type: 'message', status, role: 'assistant', content });

/** The documents that an answer rests on, as the search that found them. */
export const searchItem = (id: string, status: string, sources: readonly Source[]): OutputItem => ({
  id,
  type: 'file_search_call',
  status,
  queries: [],
  results:
    status === 'completed'
      ? sources.map((source) => ({
          file_id: fileIdOf(source),
          filename: source.title,
          score: source.score,
          text: source.text,
          attributes: typeof source.metadata['page'] === 'number' ? { page: source.metadata['page'] } : {},
        }))
      : null,
});

export const reasoningItem = (id: string, text: string | null): OutputItem => ({
  id,
  type: 'reasoning',
  summary: text === null ? [] : [{ type: 'summary_text', text }],
});

export const toolItem = (id: string, event: Pick<ToolEvent, 'name'>, more: object): OutputItem => ({
  id,
  type: 'mcp_call',
  server_label: 'parley',
  name: event.name,
  status: 'in_progress',
  approval_request_id: null,
  output: null,
  error: null,
  ...more,
});

interface ItemPlace {
  item_id: string;
  output_index: number;
}

/** The events of a search between those of its item. */
export const searchSteps = (place: ItemPlace) =>
  ['in_progress', 'searching', 'completed'].map((step) => ({
    type: `response.file_search_call.${step}`,
    ...place,
  }));

/**
 * Maximum annotation events, limited by the sequence numbers of the last event; the last item has all annotations.
 */
const MAX_ANNOTATIONS = 4;

/** The events of the annotations of a reply. */
export const annotationSteps = (place: ItemPlace, annotations: readonly object[]) =>
  annotations.slice(0, MAX_ANNOTATIONS).map((annotation, annotation_index) => ({
    type: 'response.output_text.annotation.added',
    ...place,
    annotation_index,
    annotation,
  }));

/** The events of a call behind that of its item. @param input as JSON */
export const callSteps = (place: ItemPlace, input: string) => [
  { type: 'response.mcp_call.in_progress', ...place },
  { type: 'response.mcp_call_arguments.delta', ...place, delta: input },
  { type: 'response.mcp_call_arguments.done', ...place, arguments: input },
];

/** What a call has come to. */
export const resultOf = (event: Extract<ToolEvent, { phase: 'done' | 'failed' }>) => {
  if (event.phase === 'failed') return { status: 'failed', error: event.error };
  const output = typeof event.output === 'string' ? event.output : JSON.stringify(event.output);
  return { status: 'completed', output };
};

/** A call that needs approval. */
export const approvalItem = (
  approvalId: string,
  { name, input }: Pick<Extract<ToolEvent, { phase: 'waiting' }>, 'name' | 'input'>,
): OutputItem => ({
  id: approvalItemIdOf(approvalId),
  type: 'mcp_approval_request',
  server_label: 'parley',
  name,
  arguments: JSON.stringify(input),
});

/** A stored message as items: the calls of tools for a reply, and the message. All have the same ids as in the stream. */
export const toItems = (message: StoredMessage): OutputItem[] => [
  ...(message.toolCalls ?? []).map((call, i) => toCallItem(callItemIdOf(message.id, i + 1), call)),
  toItem(message),
];

function toCallItem(id: string, call: MessageToolCall): OutputItem {
  const [called, end] = stepsOf(call);
  const item = toolItem(id, call, {
    arguments: JSON.stringify(called?.phase === 'called' ? called.input : {}),
  });
  return end?.phase === 'done' || end?.phase === 'failed' ? { ...item, ...resultOf(end) } : item;
}

/** A stored message as an item. A reply has the same id as in the stream. */
export function toItem({ id, role, content, sources, status }: StoredMessage): OutputItem {
  if (role === 'user')
    return {
      id: messageItemIdOf(id),
      type: 'message',
      status: 'completed',
      role,
      content: [{ type: 'input_text', text: content }],
    };
  const found = (sources ?? []) as unknown as Source[];
  return replyItem(messageItemIdOf(id), status === 'complete' ? 'completed' : 'incomplete', [
    outputText(content, found),
  ]);
}

const fileIdOf = ({ metadata, source }: Source) =>
  typeof metadata['document_id'] === 'string' ? metadata['document_id'] : source;

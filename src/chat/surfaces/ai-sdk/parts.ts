import type { Source } from '../../../agents/agent.js';
import type { MessageToolCall } from '../../../database/entities/tool-calls/message-tool-call.js';
import { sourceFields, sourceUrl } from '../../wires/citations.js';

const BINARY = 'application/octet-stream';

/** A source as a chunk of a stream and, without a change, as a part of a stored message. */
export const toSourceDocument = (source: Source, index: number, base: string) => ({
  type: 'source-document' as const,
  sourceId: String(index + 1),
  mediaType: BINARY,
  title: source.title,
  filename: source.title,
  providerMetadata: {
    parley: { ...sourceFields(source), url: sourceUrl(source, base), score: source.score },
  },
});

/** All sources of an answer, replaced as a whole. */
export const toDataSources = (sources: readonly Source[], base: string) => ({
  type: 'data-sources' as const,
  id: 'sources',
  data: sources.map((source) => ({ ...source, source: sourceUrl(source, base) })),
});

/** A call of a tool of a stored reply. */
export function toToolPart({ id, name, status, input, output, error }: MessageToolCall) {
  const call = {
    type: 'dynamic-tool' as const,
    toolCallId: id,
    toolName: name,
    providerExecuted: true,
    input,
  };
  switch (status) {
    case 'done':
      return { ...call, state: 'output-available' as const, output: output ?? null };
    case 'rejected':
      return { ...call, state: 'output-denied' as const, approval: { id, approved: false as const } };
    case 'failed':
    case 'stopped':
    case 'called':
    case 'waiting':
      return { ...call, state: 'output-error' as const, errorText: error ?? 'Stopped' };
  }
}

import type { FinishReason, Usage } from '../../../adapters/chat-model/chat-model.js';
import type { Source } from '../../../agents/agent.js';
import { sseFrames } from '../../../common/sse.js';
import type { RunEvent, TerminalEvent } from '../../../runs/run.js';
import type { StartedRun } from '../../../runs/run.service.js';
import { StreamBroken, type ToSse } from '../../stream-run.js';
import type { Annotation, WireUsage } from './schemas.js';

/** What the answers of one run have in common. */
export interface CompletionOptions {
  model: string;
  /** Seconds since 1970. */
  created: number;
  includeUsage: boolean;
  /** For runs whose model says nothing of its cost. */
  promptTokens: number;
  /** Where links to documents begin. */
  baseUrl: string;
}

type Delta = Record<string, unknown>;

const envelope = (
  { runId, conversationId }: StartedRun,
  object: string,
  { created, model }: CompletionOptions,
) => ({
  id: `chatcmpl-${runId}`,
  object,
  created,
  model,
  system_fingerprint: null,
  conversation_id: conversationId,
  run_id: runId,
});

/** Events as chunks of OpenAI's chat completions. What the wire has no place for goes as a comment, or nowhere. */
export function toWire(run: StartedRun, options: CompletionOptions): ToSse {
  const head = envelope(run, 'chat.completion.chunk', options);
  const unused = options.includeUsage ? { usage: null } : {};
  let sent = '';
  let sources: Source[] = [];

  const chunk = (delta: Delta, finish_reason: string | null = null) =>
    JSON.stringify({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...unused,
    });
  const text = (content: string) => {
    sent += content;
    return chunk({ content });
  };
  const end = (event: TerminalEvent) => [
    chunk(
      sources.length > 0 ? { annotations: annotationsOf(event.reply, sources, options.baseUrl) } : {},
      finishOf(event),
    ),
    ...(options.includeUsage
      ? [JSON.stringify({ ...head, choices: [], usage: toUsage(event, options.promptTokens) })]
      : []),
    '[DONE]',
  ];
  return (event) => {
    const frames = (...data: string[]) => sseFrames(run.runId, event.offset, ...data);
    switch (event.type) {
      case 'started':
        return frames(chunk({ role: 'assistant', content: '', refusal: null }));
      case 'token':
        return frames(text(event.text));
      case 'reasoning':
        return frames(chunk({ reasoning_content: event.text }));
      case 'log':
        return `: ${event.text.replaceAll(/\s+/g, ' ')}\n`;
      case 'sources':
        sources = event.sources;
        return '';
      case 'state':
        return '';
      case 'reset':
        // No client can take back what it was sent; one that comes back gets the stream from its beginning.
        if (!event.reply.startsWith(sent)) throw new StreamBroken();
        sources = event.sources;
        return event.reply === sent ? '' : frames(text(event.reply.slice(sent.length)));
      case 'completed':
        return frames(...end(event));
      case 'failed':
        return event.code === 'cancelled' ? frames(...end(event)) : frames(JSON.stringify(toError(event)));
    }
  };
}

/** A run as one answer. */
export function toCompletion(
  run: StartedRun,
  events: readonly RunEvent[],
  end: TerminalEvent,
  options: CompletionOptions,
) {
  const sources = events.findLast((event) => event.type === 'sources')?.sources ?? [];
  const reasoning = events.map((event) => (event.type === 'reasoning' ? event.text : '')).join('');
  return {
    ...envelope(run, 'chat.completion', options),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: end.reply,
          refusal: null,
          annotations: annotationsOf(end.reply, sources, options.baseUrl),
          ...(reasoning && { reasoning_content: reasoning }),
        },
        logprobs: null,
        finish_reason: finishOf(end),
      },
    ],
    usage: toUsage(end, options.promptTokens),
  };
}

/** A failure after the run began. */
export const toError = ({ code, message }: Extract<TerminalEvent, { type: 'failed' }>) => ({
  error: { message, type: 'server_error', param: null, code },
});

const finishOf = ({ finishReason }: TerminalEvent): FinishReason => finishReason ?? 'stop';

/** A citation for each marker `[n]` of the reply, where it stands. */
function annotationsOf(reply: string, sources: readonly Source[], baseUrl: string): Annotation[] {
  return [...reply.matchAll(/\[(\d{1,3})\]/g)].flatMap((marker) => {
    const source = sources[Number(marker[1]) - 1];
    if (!source) return [];
    const { document_id, page, quote } = source.metadata;
    return {
      type: 'url_citation' as const,
      url_citation: {
        start_index: marker.index,
        end_index: marker.index + marker[0].length,
        title: source.title,
        url: baseUrl + source.source,
      },
      index: Number(marker[1]),
      ...(typeof quote === 'string' && { quote }),
      ...(typeof document_id === 'string' && { document_id }),
      ...(typeof page === 'number' && { page }),
    };
  });
}

/** Where a model said nothing, four characters count as a token. */
export const estimateTokens = (text: string) => Math.ceil(text.length / 4);

function toUsage({ reply, usage }: TerminalEvent, promptTokens: number): WireUsage {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens }: Omit<Usage, 'estimated'> = usage ?? {
    inputTokens: promptTokens,
    outputTokens: estimateTokens(reply),
  };
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens ?? 0 },
    completion_tokens_details: { reasoning_tokens: reasoningTokens ?? 0 },
  };
}

import type { FinishReason } from '../../../adapters/chat-model/chat-model.js';
import type { Source } from '../../../agents/agent.js';
import { sseFrames } from '../../../common/sse.js';
import { howToDecide } from '../../../runs/approvals/how-to-decide.js';
import type { RunEvent, TerminalEvent } from '../../../runs/run.js';
import type { StartedRun } from '../../../runs/run.service.js';
import type { ToSse } from '../../stream-run.js';
import { citationsIn, sourceFields, sourceUrl } from '../../wires/citations.js';
import { SentText } from '../../wires/sent-text.js';
import { usageOf } from '../../wires/usage.js';
import type { Annotation, WireUsage } from './schemas.js';

/** Fields common to all chunks of a run. */
export interface CompletionOptions {
  model: string;
  /** Seconds since 1970. */
  created: number;
  includeUsage: boolean;
  /** For runs whose model reports no usage. */
  promptTokens: number;
  /** Base URL of links to documents. */
  baseUrl: string;
  /** The answer is JSON: bracketed numbers in it are not citations. */
  isJson: boolean;
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

/** Translates events to chat completion chunks. Events without an equivalent are SSE comments, or omitted. */
export function toWire(run: StartedRun, options: CompletionOptions): ToSse {
  const head = envelope(run, 'chat.completion.chunk', options);
  const unused = options.includeUsage ? { usage: null } : {};
  const sent = new SentText();
  let sources: Source[] = [];

  const chunk = (delta: Delta, finish_reason: string | null = null) =>
    JSON.stringify({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...unused,
    });
  const text = (content: string) => chunk({ content: sent.add(content) });
  const end = (event: TerminalEvent) => [
    chunk(
      sources.length > 0 ? { annotations: annotationsOf(event.reply, sources, options) } : {},
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
        return comment(event.text);
      case 'sources':
        sources = event.sources;
        return '';
      case 'tool':
        return event.phase === 'called' ? comment(`Calling ${event.name}`) : '';
      case 'state':
        return '';
      case 'reset': {
        const content = sent.missing(event.reply);
        sources = event.sources;
        return content && frames(chunk({ content }));
      }
      // No equivalent: the pending approvals are shown as text, which is not stored in the conversation.
      case 'waiting':
        return frames(text(noticeOf(run, event)), ...end(event));
      case 'completed':
        return frames(...end(event));
      case 'failed':
        return event.code === 'cancelled' ? frames(...end(event)) : frames(JSON.stringify(toError(event)));
    }
  };
}

const comment = (text: string) => `: ${text.replaceAll(/\s+/g, ' ')}\n`;

/** A run as a whole completion. */
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
          content: end.type === 'waiting' ? end.reply + noticeOf(run, end) : end.reply,
          refusal: null,
          annotations: annotationsOf(end.reply, sources, options),
          ...(reasoning && { reasoning_content: reasoning }),
        },
        logprobs: null,
        finish_reason: finishOf(end),
      },
    ],
    usage: toUsage(end, options.promptTokens),
  };
}

/** Notice of pending approvals, appended to the text so far. */
const noticeOf = (
  { runId }: StartedRun,
  { reply, message, approvals }: Extract<TerminalEvent, { type: 'waiting' }>,
) => `${reply && '\n\n'}${message} To go on, ${howToDecide(runId, approvals)}.`;

/** A failure after the run began. */
export const toError = ({ code, message }: Extract<TerminalEvent, { type: 'failed' }>) => ({
  error: { message, type: 'server_error', param: null, code },
});

/** HTTP status of a failed run without streaming. */
export const statusOfFailure = ({ code }: Extract<TerminalEvent, { type: 'failed' }>) =>
  code === 'model-timeout' ? 504 : 503;

const finishOf = ({ finishReason }: TerminalEvent): FinishReason => finishReason ?? 'stop';

/** Citation annotations for the markers `[n]` of the reply, with their positions. */
const annotationsOf = (
  reply: string,
  sources: readonly Source[],
  { baseUrl, isJson }: CompletionOptions,
): Annotation[] =>
  citationsIn(reply, isJson ? [] : sources).map(({ number, start, end, source }) => ({
    type: 'url_citation',
    url_citation: {
      start_index: start,
      end_index: end,
      title: source.title,
      url: sourceUrl(source, baseUrl),
    },
    index: number,
    ...sourceFields(source),
  }));

function toUsage(end: TerminalEvent, promptTokens: number): WireUsage {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = usageOf(end, promptTokens);
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens ?? 0 },
    completion_tokens_details: { reasoning_tokens: reasoningTokens ?? 0 },
  };
}

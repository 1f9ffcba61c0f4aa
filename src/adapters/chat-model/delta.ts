import type { JsonObject } from '../../common/json.js';
import type { FinishReason, Usage } from './chat-model.js';

/**
 * The relevant fields of a `chat.completion.chunk` or of a whole completion; servers may omit or null any of them.
 */
export interface Chunk {
  object?: unknown;
  error?: unknown;
  message?: unknown;
  detail?: unknown;
  choices?: (Choice | null | undefined)[] | null;
  usage?: unknown;
  x_groq?: { usage?: unknown } | null;
}

/** One of the answers in a chunk; Parley asks for one. */
export interface Choice {
  index?: unknown;
  delta?: Delta | null;
  /** In place of `delta`: of a whole completion, and in the chunks of some servers. */
  message?: Delta | null;
  /** Of servers that answer as a completion of text. */
  text?: unknown;
  finish_reason?: unknown;
  error?: unknown;
}

interface Delta {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  reasoning_details?: unknown;
  tool_calls?: unknown;
}

/** The content of a chunk. */
export interface DeltaContent {
  text: string;
  reasoning: string;
  finish: FinishReason | 'failed' | null;
}

/** The choice with index 0, at any position of the list. */
export function answerOf(chunk: Chunk | null): Choice | undefined {
  return chunk?.choices?.find((choice, place) => Number(choice?.index ?? place) === 0) ?? undefined;
}

/** The text of a chunk in the standard format; any other value if it has none. */
export const contentOf = (chunk: Chunk | null): unknown => answerOf(chunk)?.delta?.content;

export function readChoice(choice: Choice): DeltaContent {
  const finish = readFinish(choice.finish_reason);
  const said = readDelta(choice.delta ?? {});
  if (said.text || said.reasoning) return { ...said, finish };
  const { text, reasoning } = readDelta(choice.message ?? {});
  return { text: text || asText(choice.text), reasoning, finish };
}

function readDelta(delta: Delta): Omit<DeltaContent, 'finish'> {
  const content = readContent(delta.content);
  return {
    // A refusal counts as the model's text.
    text: content.text + asText(delta.refusal),
    reasoning: content.reasoning + readReasoning(delta),
  };
}

/** Mistral, gpt-oss and others send lists of parts in place of a text. */
function readContent(content: unknown): Omit<DeltaContent, 'finish'> {
  if (typeof content === 'string') return { text: content, reasoning: '' };
  const said = { text: '', reasoning: '' };
  for (const part of [content].flat() as unknown[]) {
    if (typeof part === 'string') said.text += part;
    else if (isObject(part)) {
      if (/think|reason/i.test(String(part['type']))) said.reasoning += textIn(part);
      else said.text += textIn(part);
    }
  }
  return said;
}

/** The texts of a part and of the parts in it. */
function textIn(part: Record<string, unknown>): string {
  const inner =
    part['thinking'] ??
    part['text'] ??
    part['refusal'] ??
    part['summary'] ??
    part['content'] ??
    part['value'];
  if (isObject(inner)) return textIn(inner);
  if (!Array.isArray(inner)) return asText(inner);
  return inner.map((item: unknown) => (isObject(item) ? textIn(item) : asText(item))).join('');
}

/** OpenRouter sends the same thinking as a text and as details. */
function readReasoning({ reasoning_content, reasoning, reasoning_details }: Delta): string {
  const text = asText(reasoning_content) || asText(reasoning);
  return text || !Array.isArray(reasoning_details) ? text : textIn({ content: reasoning_details });
}

const FINISHES: Record<string, DeltaContent['finish']> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  max_output_tokens: 'length',
  content_filter: 'content_filter',
  content_filtered: 'content_filter',
  safety: 'content_filter',
  sensitive: 'content_filter',
  recitation: 'content_filter',
  error: 'failed',
  abort: 'failed',
  network_error: 'failed',
  insufficient_system_resource: 'failed',
};

/** Maps servers' finish reasons to OpenAI's; an unknown one is `stop`. */
const readFinish = (reason: unknown): DeltaContent['finish'] =>
  typeof reason === 'string' && reason ? (FINISHES[reason.toLowerCase()] ?? 'stop') : null;

/** A piece of a tool call, as far as a server sends it. */
export interface ToolCallDelta {
  index?: number;
  id: string;
  name: string;
  arguments: string;
  /** `extra_content`: Gemini's signatures, without which it refuses the next request. */
  extra?: JsonObject;
}

/** The pieces of tool calls in a chunk, or the whole calls of a completion. */
export function readToolCalls({ delta, message }: Choice): ToolCallDelta[] {
  const calls = (delta ?? message)?.tool_calls;
  if (!Array.isArray(calls)) return [];
  return calls.filter(isObject).map((call) => {
    const called = isObject(call['function']) ? call['function'] : {};
    const input = called['arguments'];
    return {
      index: count(call['index']),
      id: asText(call['id']),
      name: asText(called['name']),
      // Some servers send the object itself in place of its JSON.
      arguments: isObject(input) ? JSON.stringify(input) : asText(input),
      ...(isObject(call['extra_content']) && { extra: call['extra_content'] as JsonObject }),
    };
  });
}

/** Thinking in the field that servers expect back with the calls after it: DeepSeek, Kimi and others refuse without. */
export const readThought = ({ delta, message }: Choice): string =>
  asText((delta ?? message)?.reasoning_content);

/** @returns null when the server does not report it */
export function readUsage({ usage: own, x_groq }: Chunk): Usage | null {
  const usage = own ?? x_groq?.usage;
  if (!isObject(usage)) return null;
  const inputTokens = count(usage['prompt_tokens']);
  const outputTokens = count(usage['completion_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return null;
  const input = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  const output = isObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {};
  return {
    inputTokens,
    outputTokens,
    cachedTokens: count(input['cached_tokens']) ?? count(usage['prompt_cache_hit_tokens']),
    reasoningTokens: count(output['reasoning_tokens']),
    estimated: false,
  };
}

/** Usage estimated from characters, for servers that report none. */
export const estimateUsage = (input: number, output: number, reasoning: number): Usage => ({
  inputTokens: Math.ceil(input / 4),
  outputTokens: Math.ceil((output + reasoning) / 4),
  ...(reasoning > 0 && { reasoningTokens: Math.ceil(reasoning / 4) }),
  estimated: true,
});

const asText = (value: unknown) => (typeof value === 'string' ? value : '');
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const count = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;

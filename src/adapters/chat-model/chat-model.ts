import type { z } from 'zod';
import type { Json, JsonObject } from '../../common/json.js';
import type { NearSentence } from '../../search/sentences.js';

export interface ChatTurn {
  role: 'user' | 'assistant';
  content: string;
}

/** A retrieved text passage for grounding an answer. */
export interface Passage {
  title: string;
  text: string;
  /** True when it is probably irrelevant to the question: to be marked as uncertain. */
  isWeak?: boolean;
  /** The headings above it. */
  heading?: string;
  /** Relevance to the message, 0…1. */
  score?: number;
  /** Semantic similarity of its sentences to the message, 0…1, if known. */
  near?: readonly NearSentence[];
}

/** An image as it was uploaded. */
export interface Picture {
  bytes: Buffer;
  /** By its content. */
  mediaType: string;
}

/** Model parameters of a request. */
export interface Generation {
  temperature?: number;
  topP?: number;
  /** Limit of output tokens, including reasoning. */
  maxTokens?: number;
  /** Texts before which it stops. */
  stop?: readonly string[];
  /** Reasoning effort: `none`, `minimal`, `low`, `medium`, `high`; the supported values differ between servers. */
  reasoningEffort?: string;
  /** That the answer is JSON; text when omitted. */
  format?: AnswerFormat;
}

/** Format of an answer that is one JSON value, optionally with a JSON Schema; as OpenAI's `response_format`. */
export type AnswerFormat =
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      json_schema: { name: string; description?: string; schema?: JsonObject; strict?: boolean };
    };

/** A request to a model. Instructions are trusted; all other fields are untrusted data. */
export interface ChatPrompt {
  /** System instructions: persona and rules. */
  instructions: string;
  /** Model name, if not the configured one; of the same server. */
  model?: string;
  /** Context size of that model in tokens; by default the setting, or what the server reports. */
  contextTokens?: number;
  /** Earlier turns, oldest first. */
  history: readonly ChatTurn[];
  /** Facts about the user from all conversations, newest first; untrusted. */
  memories?: readonly string[];
  /** Stands for the messages before the history; untrusted like these. */
  summary?: string;
  /** Earlier messages of the user, oldest first; shortened. */
  earlier?: readonly string[];
  /** Generation parameters; omitted ones have the server's defaults. */
  generation?: Generation;
  /** The message to answer. */
  message: string;
  /** Images of the message, for a model that reads images. */
  pictures?: readonly Picture[];
  /** Passages for grounding, best first; the answer cites them as [1], [2] in this order. */
  passages?: readonly Passage[];
  /** Codes, numbers and names of the message that occur in no passage: the passages may be about others. */
  notFound?: readonly string[];
  /** Prefix of an interrupted answer: only its continuation is requested. */
  continues?: string;
  /** Opaque context data from the client, such as its current page. */
  context?: Json;
  /** A correct answer made without a model. The offline model returns it; a real model rephrases it. */
  draft?: string;
  /** Tools available to the model; see `StreamObserver.onToolCalls`. */
  tools?: readonly ToolSpec[];
  /** Whether tool calls are allowed; `auto` by default. */
  toolChoice?: 'auto' | 'none';
  /** Previous tool calls and their results for this message, oldest first. */
  steps?: readonly ToolStep[];
}

/** A function (tool) that a model may call. */
export interface ToolSpec {
  /** 1 to 64 letters, digits, `_` or `-`. */
  name: string;
  description: string;
  /** JSON Schema of an object. */
  parameters: JsonObject;
}

/** A call of a tool, as a model wrote it. */
export interface ToolCall {
  /** Names the call in the requests that follow; unique in an answer. */
  id: string;
  name: string;
  /** Its arguments; null when they were no JSON object. */
  input: JsonObject | null;
  /** The server's own data of the call, such as a signature, which it expects back with it. */
  extra?: JsonObject;
}

/** A model response with tool calls, and their results. */
export interface ToolStep {
  /** Text before the calls; often empty. */
  text: string;
  /** Thinking before the calls, which some servers expect back with them; omitted when there was none. */
  thought?: string;
  /** Non-empty. */
  calls: readonly ToolCall[];
  /** In the order of the calls: data from outside. */
  results: readonly string[];
}

/**
 * Finish reason, in OpenAI's terms. An answer with another reason than `stop` is incomplete, and can be continued.
 */
export type FinishReason = 'stop' | 'length' | 'content_filter';

/** Token usage of one or more model requests. */
export interface Usage {
  inputTokens: number;
  /** Including reasoning tokens. */
  outputTokens: number;
  /** Input tokens read from the server's cache. */
  cachedTokens?: number;
  /** Output tokens used for reasoning. */
  reasoningTokens?: number;
  /** True when the server reported no usage and it was estimated from the characters. */
  estimated: boolean;
}

/** Optional callbacks with details of an answer. They must not throw. */
export interface StreamObserver {
  /** A piece of the model's thinking, which is no part of the answer. */
  onReasoning?(text: string): void;
  /** Called with the usage of each billed request, including failed and stopped ones. */
  onUsage?(usage: Usage): void;
  /** Called when a request is sent. @param usageSoFar current usage; null before it is known and after `onUsage` */
  onRequest?(usageSoFar: () => Usage | null): void;
  /** Retraction: all text so far was reasoning, and the answer starts again. */
  onRetract?(): void;
  /** Called when the answer ended with tool calls; the text may be empty. @param thought as in a `ToolStep` */
  onToolCalls?(calls: readonly ToolCall[], thought?: string): void;
}

/** Receives the tokens of one read from the model, synchronously; must not throw. */
export type OnTokens = (tokens: readonly string[]) => void;

/** Writes text. */
export abstract class ChatModel {
  /** The model's name, for logs and the start-up lines. */
  abstract readonly name: string;
  /** True when no real model is configured. */
  abstract readonly isOffline: boolean;

  /** Context size in tokens, as far as it is known; null without a real model. @param _of another model, or its size */
  contextTokens(_of?: Pick<ChatPrompt, 'model' | 'contextTokens'>): number | null {
    return null;
  }

  /**
   * Streams an answer without buffering. After the signal is aborted no text follows, and it throws the signal's
   * reason.
   * @throws ModelError when the model fails, exceeds a deadline or returns nothing; previous text stays valid
   */
  abstract stream(
    prompt: ChatPrompt,
    onTokens: OnTokens,
    signal: AbortSignal,
    observer?: StreamObserver,
  ): Promise<FinishReason>;

  /**
   * Requests structured output: an answer that matches a schema.
   * @returns null when the model does not support it (the offline model never does)
   * @throws ModelError when the model fails or exceeds a deadline
   */
  abstract structured<T>(
    prompt: ChatPrompt,
    schema: z.ZodType<T>,
    signal: AbortSignal,
    observer?: Pick<StreamObserver, 'onUsage'>,
  ): Promise<T | null>;
}

import type { z } from 'zod';
import type { Json, JsonObject } from '../../common/json.js';
import type { NearSentence } from '../../search/sentences.js';

export interface ChatTurn {
  role: 'user' | 'assistant';
  content: string;
}

/** A piece of text an answer may rest on. */
export interface Passage {
  title: string;
  text: string;
  /** True when it is more likely than not that it does not answer the question: to be marked as uncertain. */
  isWeak?: boolean;
  /** The headings above it. */
  heading?: string;
  /** 0…1: how likely it is to bear on the message. */
  score?: number;
  /** How near its sentences are to the message in meaning, 0…1, where that is known. */
  near?: readonly NearSentence[];
}

/** How a model writes. */
export interface Generation {
  temperature?: number;
  topP?: number;
  /** Of the answer and the thinking before it. */
  maxTokens?: number;
  /** Texts before which it stops. */
  stop?: readonly string[];
  /**
   * How much a reasoning model thinks: `none`, `minimal`, `low`, `medium`, `high`; the values differ between servers.
   */
  reasoningEffort?: string;
  /** That the answer is JSON; text when omitted. */
  format?: AnswerFormat;
}

/** An answer that is one JSON value, of any shape or of that of a JSON Schema; as OpenAI's `response_format`. */
export type AnswerFormat =
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      json_schema: { name: string; description?: string; schema?: JsonObject; strict?: boolean };
    };

/** What a model is to write. Instructions are trusted; everything else is data from outside. */
export interface ChatPrompt {
  /** Who answers and how. */
  instructions: string;
  /** Another model of the same server than the configured one. */
  model?: string;
  /** Earlier turns, oldest first. */
  history: readonly ChatTurn[];
  /** Earlier messages of the user, oldest first; shortened. */
  earlier?: readonly string[];
  /** How to write; the server decides about what is left out. */
  generation?: Generation;
  /** The message to answer. */
  message: string;
  /** What the answer may rest on, best first; it cites them as [1], [2] in this order. */
  passages?: readonly Passage[];
  /** Codes, numbers and names of the message that stand in none of the passages, which may be about other ones. */
  notFound?: readonly string[];
  /** The beginning of the answer, written before and cut: only what follows it is requested. */
  continues?: string;
  /** Opaque data the client sent along, such as the page it is on. */
  context?: Json;
  /**
   * An answer that is correct as it is, made without a model. The offline model returns it;
   * a real model rephrases it.
   */
  draft?: string;
  /** What the model may call; see `StreamObserver.onToolCalls`. */
  tools?: readonly ToolSpec[];
  /** Whether it may call them now; `auto` by default. */
  toolChoice?: 'auto' | 'none';
  /** What it has called so far in answer to the message, oldest first. */
  steps?: readonly ToolStep[];
}

/** A function that a model may call. */
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
}

/** One answer of a model that called tools, and what they returned. */
export interface ToolStep {
  /** What it wrote before the calls; often empty. */
  text: string;
  /** At least one. */
  calls: readonly ToolCall[];
  /** In the order of the calls: data from outside. */
  results: readonly string[];
}

/**
 * Why a model stopped writing, in OpenAI's words. An answer that ended for another reason than `stop` is not whole, and
 * can be continued.
 */
export type FinishReason = 'stop' | 'length' | 'content_filter';

/** Tokens of one or more requests to a model. */
export interface Usage {
  inputTokens: number;
  /** Those of the thinking included. */
  outputTokens: number;
  /** Of the input, those that the server had in a cache. */
  cachedTokens?: number;
  /** Of the output, those that were thinking. */
  reasoningTokens?: number;
  /** True when the server reported no usage and it was estimated from the characters. */
  estimated: boolean;
}

/** Optional callbacks with details of an answer. They must not throw. */
export interface StreamObserver {
  /** A piece of the model's thinking, which is no part of the answer. */
  onReasoning?(text: string): void;
  /** For each request that cost something, also one that failed or was stopped. */
  onUsage?(usage: Usage): void;
  /** A request was sent. @param usageSoFar what it has cost so far; null before that is known and once `onUsage` has it */
  onRequest?(usageSoFar: () => Usage | null): void;
  /** All text so far turned out to be thinking: the answer begins anew. */
  onRetract?(): void;
  /** The answer ended with calls of the prompt's tools; there may be no text beside them. */
  onToolCalls?(calls: readonly ToolCall[]): void;
}

/** Takes the tokens of one read from the model, before the next is read; must not throw. */
export type OnTokens = (tokens: readonly string[]) => void;

/** Writes text. */
export abstract class ChatModel {
  /** The model's name, for logs and the start-up lines. */
  abstract readonly name: string;
  /** True when no real model is configured. */
  abstract readonly isOffline: boolean;

  /**
   * Writes an answer and hands it over as it is written: nothing waits between the model and the listener.
   * Once the signal is aborted no further text comes, and it throws the signal's reason.
   * @throws ModelError when the model fails, misses a deadline or writes nothing; the text before stays valid
   */
  abstract stream(
    prompt: ChatPrompt,
    onTokens: OnTokens,
    signal: AbortSignal,
    observer?: StreamObserver,
  ): Promise<FinishReason>;

  /**
   * An answer in the shape of a schema.
   * @returns null when the model cannot do that (the offline one never can)
   * @throws ModelError when the model fails or misses a deadline
   */
  abstract structured<T>(
    prompt: ChatPrompt,
    schema: z.ZodType<T>,
    signal: AbortSignal,
    observer?: Pick<StreamObserver, 'onUsage'>,
  ): Promise<T | null>;
}

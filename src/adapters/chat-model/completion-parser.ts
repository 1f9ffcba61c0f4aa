import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { isStorable } from '../../common/text.js';
import type { FinishReason, ToolCall, Usage } from './chat-model.js';
import { ChunkTemplate, parseChunk } from './chunk-template.js';
import { answerOf, readChoice, readUsage, type Chunk, type DeltaContent } from './delta.js';
import { endedEarly, failureOfErrorObject, protocolFailure, type Asked } from '../openai/failures.js';
import type { ModelError } from '../openai/model-error.js';
import { emptyAnswer, unfinishedThought } from './endings.js';
import { ThinkTags } from './think-tags.js';
import { ToolCallAssembler } from './tools/tool-call-assembler.js';

const MAX_EVENT_CHARS = 1024 * 1024;
const MAX_REPLY_CHARS = 4 * 1024 * 1024;

/**
 * Parses a chat completion response, however its bytes are split: an event stream or one document, whatever its
 * content type. The resulting text is storable.
 */
export class CompletionParser {
  /** Failure of the response; previous text stays valid, and parsing stops. */
  failure: ModelError | null = null;
  /** True after `[DONE]`. */
  done = false;
  finishReason: FinishReason | null = null;
  /** Token usage; null when the server does not report it. */
  usage: Usage | null = null;
  /** UTF-16 units of the answer and of the thinking. */
  textLength = 0;
  reasoningLength = 0;
  private tokens: string[] = [];
  private reasoning = '';
  private half = '';
  private isClosed = false;
  private isEnding = false;
  private wasTaken = false;
  private isRetracted = false;
  private hasAnswer = false;
  /** Buffer of the document, or of the beginning of a response whose kind is undecided; null for a stream. */
  private document: string | null = '';
  private readonly tags: ThinkTags;
  private readonly calls = new ToolCallAssembler();
  private readonly template = new ChunkTemplate();
  private readonly decoder = new StringDecoder('utf8');
  private readonly events = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: (event) => this.onEvent(event),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') this.fail(protocolFailure('an event of more than 1 MiB'));
    },
  });

  /**
   * @param startsInside whether this model's answers begin in the middle of thinking
   * @param takesCalls whether calls of tools are an answer
   * @param asked the request, for failures that the response reports
   */
  constructor(
    startsInside = false,
    private readonly takesCalls = false,
    private readonly asked: Asked = {},
  ) {
    this.tags = new ThinkTags(startsInside);
  }

  /** The completed tool calls, after the end of the answer. */
  get toolCalls(): ToolCall[] {
    return this.calls.whole();
  }

  /** The thinking that the server expects back with the tool calls; empty when there was none. */
  get thought(): string {
    return this.calls.thought;
  }

  get hasText(): boolean {
    return this.tokens.length > 0;
  }

  /** Whether an answer turned out to begin in the middle of thinking. */
  get beganInside(): boolean {
    return this.tags.beganInside;
  }

  /** Whether the answer is complete: some servers omit `[DONE]`, none omits the finish reason as well. */
  get isComplete(): boolean {
    return !this.failure && (this.done || this.finishReason !== null);
  }

  /** Parses the bytes of one read. */
  push(bytes: Buffer): void {
    if (this.failure || this.done) return;
    const text = this.decoder.write(bytes);
    if (this.document === null) this.events.feed(text);
    else this.onUndecided(this.document + text);
  }

  /** Ends the input. A last event without its blank line counts. */
  end(): void {
    this.isEnding = true;
    if (this.document !== null) this.onDocument(this.document);
    else if (!this.isComplete && !this.failure) this.events.feed('\n\n');
    this.close();
  }

  /** Says that the answer is over, after `isComplete` or the end of the bytes. Then `failure` is final. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (!this.failure && !this.isComplete) this.failure = endedEarly();
    const isWhole = !this.failure && this.finishReason !== 'length';
    const rest = this.tags.end(isWhole);
    // Blanks alone are no answer.
    if (this.hasAnswer || rest.trim()) this.addText(rest);
    if (this.tags.hasNews) this.onThought();
    if (this.failure) return;
    if (!this.calls.isEmpty) return;
    if (this.tags.isThinking) this.failure = unfinishedThought(this.finishReason);
    else if (!this.hasAnswer) this.failure = emptyAnswer(this.finishReason, this.reasoningLength > 0);
  }

  /** Hands out the tokens since the last call. */
  take(): string[] {
    const { tokens } = this;
    this.tokens = [];
    this.wasTaken ||= tokens.length > 0;
    return tokens;
  }

  /** Whether all tokens emitted so far turned out to be reasoning; to be read before `take`. */
  takeRetraction(): boolean {
    const { isRetracted } = this;
    this.isRetracted = false;
    return isRetracted;
  }

  /** Hands out the thinking since the last call; `''` when there was none. */
  takeReasoning(): string {
    const { reasoning } = this;
    this.reasoning = '';
    return reasoning;
  }

  /** The first character distinguishes a document from a stream: no line of a stream begins with a bracket. */
  private onUndecided(text: string): void {
    const first = /[^\s\ufeff]/.exec(text)?.[0];
    if (first === '<') this.fail(protocolFailure('a page instead of a stream'));
    else if (first === undefined || first === '{' || first === '[') {
      this.document = text;
      if (text.length > MAX_REPLY_CHARS) this.fail(protocolFailure('a document that does not end'));
    } else {
      this.document = null;
      this.events.feed(text);
    }
  }

  private onDocument(text: string): void {
    if (this.failure) return;
    const parsed = parseChunk(text);
    const chunk = Array.isArray(parsed) ? (parsed[0] as Chunk) : parsed;
    if (!text.trim()) return;
    if (!chunk) this.fail(endedEarly());
    else {
      this.onUnknown(chunk, text);
      // A document that can be parsed is complete.
      if (answerOf(chunk)) this.finishReason ??= 'stop';
      else this.fail(failureOfErrorObject(chunk, this.asked));
    }
  }

  private onEvent({ data, event }: EventSourceMessage): void {
    if (this.failure || this.done) return;
    if (data === '[DONE]') {
      this.done = true;
      return this.close();
    }
    const text = event === 'error' ? null : this.template.textOf(data);
    if (text !== null) this.onContent(text);
    else if (data.trim()) {
      const chunk = parseChunk(data);
      if (chunk) this.onUnknown(chunk, data, event);
      else this.fail(this.isEnding ? endedEarly() : protocolFailure('an event that is not a JSON object'));
    }
    if (this.textLength + this.reasoningLength > MAX_REPLY_CHARS)
      this.fail(protocolFailure('an answer that does not end'));
  }

  private onUnknown(chunk: Chunk, data: string, event?: string): void {
    const choice = answerOf(chunk);
    const error = chunk.error ?? choice?.error;
    this.usage = readUsage(chunk) ?? this.usage;
    if (error || chunk.object === 'error' || event === 'error')
      return this.fail(failureOfErrorObject(error ?? chunk, this.asked));
    if (!choice) return;
    this.onDelta(readChoice(choice), data);
    if (this.takesCalls) this.textLength += this.calls.addFrom(choice);
  }

  private onDelta({ text, reasoning, finish }: DeltaContent, data: string): void {
    if (reasoning) this.addReasoning(reasoning);
    if (text) this.onContent(text);
    if (text && !reasoning && !finish) this.template.derive(data, text);
    if (finish === 'failed') this.fail(failureOfErrorObject(null));
    else if (finish) this.finishReason = finish;
  }

  private onContent(content: string): void {
    const joined = this.half + content;
    // A token may end in a high surrogate; the low one is in the next token.
    const isCut = isHighSurrogate(joined.charCodeAt(joined.length - 1));
    this.half = isCut ? joined.slice(-1) : '';
    const whole = isCut ? joined.slice(0, -1) : joined;
    if (!whole) return;
    const shown = this.tags.push(clean(whole));
    if (this.tags.hasNews) this.onThought();
    this.addText(shown);
  }

  private onThought(): void {
    if (this.tags.takeRetraction()) {
      this.tokens = [];
      this.hasAnswer = false;
      this.isRetracted = this.wasTaken;
    }
    this.addReasoning(this.tags.takeReasoning());
  }

  private addText(text: string): void {
    if (!text) return;
    this.textLength += text.length;
    this.hasAnswer ||= text.trim() !== '';
    this.tokens.push(text);
  }

  private addReasoning(text: string): void {
    this.reasoningLength += text.length;
    this.reasoning += clean(text);
  }

  private fail(failure: ModelError): void {
    this.failure ??= failure;
  }
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

const clean = (text: string) => (isStorable(text) ? text : text.toWellFormed().replaceAll('\0', ''));

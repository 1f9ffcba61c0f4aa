import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { isStorable } from '../../common/text.js';
import { ModelError } from './chat-model.js';
import { ChunkTemplate, parseChunk, textOfChunk, type Chunk } from './chunk-template.js';
import { failureOfErrorObject, protocolFailure } from './model-failures.js';

const MAX_EVENT_CHARS = 1024 * 1024;
const MAX_REPLY_CHARS = 4 * 1024 * 1024;

/** Reads the event stream of a chat completion, however its bytes were cut. Its text can be stored as it is. */
export class CompletionParser {
  /** What is wrong with the stream; the text before it stays valid, nothing after it is read. */
  failure: ModelError | null = null;
  /** True once `[DONE]` has come. */
  done = false;
  private finished = false;
  private ended = false;
  private tokens: string[] = [];
  private half = '';
  private length = 0;
  private readonly template = new ChunkTemplate();
  private readonly decoder = new StringDecoder('utf8');
  private readonly events = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: (event) => this.onEvent(event),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded')
        this.failure ??= protocolFailure('an event of more than 1 MiB');
    },
  });

  get hasText(): boolean {
    return this.tokens.length > 0;
  }

  /** True when what has come is a whole answer: some servers leave out `[DONE]`, none the finish reason too. */
  get isComplete(): boolean {
    return !this.failure && (this.done || this.finished);
  }

  /** Takes the bytes of one read. */
  push(bytes: Buffer): void {
    if (!this.failure) this.events.feed(this.decoder.write(bytes));
  }

  /** Says that no more bytes come. A last event without the blank line after it counts. */
  end(): void {
    this.ended = true;
    if (!this.isComplete && !this.failure) this.events.feed('\n\n');
    if (!this.isComplete) this.failure ??= endedEarly();
  }

  /** Hands out the tokens since the last call. */
  take(): string[] {
    const { tokens } = this;
    this.tokens = [];
    return tokens;
  }

  private onEvent({ data, event }: EventSourceMessage): void {
    if (this.failure || this.done) return;
    if (data === '[DONE]') {
      this.done = true;
      return;
    }
    const text = event === 'error' ? null : this.template.textOf(data);
    if (text === null) this.onUnknown(data, event);
    else this.onContent(text);
    if (this.length > MAX_REPLY_CHARS) this.failure = protocolFailure('an answer that does not end');
  }

  private onUnknown(data: string, event?: string): void {
    const chunk = parseChunk(data);
    if (!chunk)
      this.failure = this.ended ? endedEarly() : protocolFailure('an event that is not a JSON object');
    else if (chunk.error || chunk.object === 'error' || event === 'error')
      this.failure = failureOfErrorObject(chunk.error ?? chunk);
    else this.onChunk(chunk, data);
  }

  private onChunk(chunk: Chunk, data: string): void {
    const content = textOfChunk(chunk);
    const isLast = Boolean(chunk.choices?.[0]?.finish_reason);
    if (isLast) this.finished = true;
    if (typeof content !== 'string') return;
    this.onContent(content);
    if (!isLast) this.template.learn(data, content);
  }

  private onContent(content: string): void {
    this.length += content.length;
    const joined = this.half + content;
    // A token may end in the first half of a character; the next one brings the other.
    const isCut = isHighSurrogate(joined.charCodeAt(joined.length - 1));
    this.half = isCut ? joined.slice(-1) : '';
    const whole = isCut ? joined.slice(0, -1) : joined;
    const token = isStorable(whole) ? whole : whole.toWellFormed().replaceAll('\0', '');
    if (token) this.tokens.push(token);
  }
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

const endedEarly = () => new ModelError('model-unavailable', 'The answer of the model ended early.');

import type { Source, ToolEvent } from '../../../agents/agent.js';
import type { JsonObject } from '../../../common/json.js';
import { sseFrames } from '../../../common/sse.js';
import { isTerminal, type RunEvent, type TerminalEvent } from '../../../runs/run.js';
import type { StartedRun } from '../../../runs/run.service.js';
import type { ToSse } from '../../stream-run.js';
import { createdAtOf } from '../../wires/run-time.js';
import { SentCalls } from '../../wires/sent-calls.js';
import { SentText } from '../../wires/sent-text.js';
import { toDataSources, toSourceDocument } from './parts.js';

export interface AiSdkOptions {
  /** Base URL of links in the stream. */
  base: string;
}

const TEXT = 'text';

/** Events as chunks of the AI SDK's UI message stream, version 1. */
export function toWire(run: StartedRun, options: AiSdkOptions): ToSse {
  const stream = new ChunkStream(run, options);
  return (event) => {
    // Nearly all events: not worth an object.
    if (event.type === 'token' && stream.isInText)
      return sseFrames(run.runId, event.offset, stream.delta(event.text));
    const chunks = stream.chunksOf(event).map((chunk) => JSON.stringify(chunk));
    const isOver = isTerminal(event);
    return sseFrames(run.runId, event.offset, ...chunks, ...(isOver ? ['[DONE]'] : []));
  };
}

/** Translation state of one message: the open parts and the text sent. */
class ChunkStream {
  private readonly sent = new SentText();
  private readonly calls = new SentCalls();
  private sourceCount = 0;
  private texts = 0;
  private isTextOpen = false;
  private thoughts = 0;
  private isThinking = false;

  constructor(
    private readonly run: StartedRun,
    private readonly options: AiSdkOptions,
  ) {}

  get isInText(): boolean {
    return this.isTextOpen && !this.isThinking;
  }

  delta(text: string): string {
    return `{"type":"text-delta","id":"${this.textId}","delta":${JSON.stringify(this.sent.add(text))}}`;
  }

  /** Id of the current or last text part. */
  private get textId(): string {
    return this.texts > 1 ? `${TEXT}-${this.texts}` : TEXT;
  }

  chunksOf(event: RunEvent): object[] {
    switch (event.type) {
      case 'started':
        return this.start();
      case 'log':
        return [{ type: 'data-log', data: { text: event.text }, transient: true }];
      case 'state':
        return [toDataState(event.state)];
      case 'sources':
        return this.sources(event.sources);
      case 'reasoning':
        return this.reasoning(event.text);
      case 'tool':
        // Text after a tool call is a separate part, following the call.
        return [...this.endThought(), ...this.endText(), ...this.tool(event)];
      case 'token':
        return [...this.endThought(), ...this.text(event.text)];
      case 'reset':
        return this.reset(event);
      case 'completed':
      case 'failed':
      case 'waiting':
        return [...this.endThought(), ...this.endText(), ...toEnd(event)];
    }
  }

  private start(): object[] {
    const { runId, conversationId } = this.run;
    const messageMetadata = { runId, conversationId, createdAt: createdAtOf(runId).toISOString() };
    return [{ type: 'start', messageId: runId, messageMetadata }, { type: 'start-step' }];
  }

  private sources(sources: readonly Source[]): object[] {
    // A client appends documents to the known ones.
    const known = this.sourceCount;
    if (sources.length <= known) return [];
    this.sourceCount = sources.length;
    const { base } = this.options;
    const documents = sources.slice(known).map((source, i) => toSourceDocument(source, known + i, base));
    return [...documents, toDataSources(sources, base)];
  }

  private reasoning(delta: string): object[] {
    const opening = this.isThinking ? [] : [{ type: 'reasoning-start', id: `reasoning-${++this.thoughts}` }];
    this.isThinking = true;
    return [...opening, { type: 'reasoning-delta', id: `reasoning-${this.thoughts}`, delta }];
  }

  private endThought(): object[] {
    if (!this.isThinking) return [];
    this.isThinking = false;
    return [{ type: 'reasoning-end', id: `reasoning-${this.thoughts}` }];
  }

  private text(delta: string): object[] {
    const opening = this.openText();
    return [...opening, { type: 'text-delta', id: this.textId, delta: this.sent.add(delta) }];
  }

  private openText(): object[] {
    if (this.isTextOpen) return [];
    this.isTextOpen = true;
    this.texts += 1;
    return [{ type: 'text-start', id: this.textId }];
  }

  private endText(): object[] {
    if (!this.isTextOpen) return [];
    this.isTextOpen = false;
    return [{ type: 'text-end', id: this.textId }];
  }

  private tool(event: ToolEvent): object[] {
    this.calls.add(event);
    return toToolChunks(event);
  }

  private reset({ reply, sources, state, toolCalls }: Extract<RunEvent, { type: 'reset' }>): object[] {
    const delta = this.sent.missing(reply);
    const steps = this.calls.missing(toolCalls);
    return [
      ...this.endThought(),
      ...(steps.length > 0 ? this.endText() : []),
      ...steps.flatMap((step) => this.tool(step)),
      ...this.sources(sources),
      ...(Object.keys(state).length > 0 ? [toDataState(state)] : []),
      ...(delta ? [...this.openText(), { type: 'text-delta', id: this.textId, delta }] : []),
    ];
  }
}

const toDataState = (data: JsonObject) => ({ type: 'data-state', id: 'state', data });

function toToolChunks(event: ToolEvent): object[] {
  const call = { toolCallId: event.id, dynamic: true, providerExecuted: true };
  switch (event.phase) {
    case 'called':
      return [{ type: 'tool-input-available', ...call, toolName: event.name, input: event.input }];
    case 'waiting':
      return [
        { type: 'tool-input-available', ...call, toolName: event.name, input: event.input },
        { type: 'tool-approval-request', approvalId: event.approvalId, toolCallId: event.id },
      ];
    case 'done':
      return [{ type: 'tool-output-available', ...call, output: event.output }];
    case 'failed':
      return event.isRejected
        ? [{ type: 'tool-output-denied', toolCallId: event.id }]
        : [{ type: 'tool-output-error', ...call, errorText: event.error }];
  }
}

const FINISH_REASONS = { stop: 'stop', length: 'length', content_filter: 'content-filter' };

function toEnd(event: TerminalEvent): object[] {
  if (event.type === 'failed')
    return [
      event.code === 'cancelled'
        ? { type: 'abort', reason: event.message }
        : { type: 'error', errorText: event.message },
    ];
  if (event.type === 'waiting')
    return [{ type: 'finish-step' }, { type: 'finish', finishReason: 'tool-calls' }];
  const { usage, finishReason = 'stop' } = event;
  const messageMetadata = usage && { messageMetadata: { usage } };
  return [
    { type: 'finish-step' },
    { type: 'finish', finishReason: FINISH_REASONS[finishReason], ...messageMetadata },
  ];
}

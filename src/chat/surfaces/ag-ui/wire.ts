import { sseFrames } from '../../../common/sse.js';
import type { ToolEvent } from '../../../agents/agent.js';
import type { RunEvent, TerminalEvent } from '../../../runs/run.js';
import type { StartedRun } from '../../../runs/run.service.js';
import { StreamBroken, type ToSse } from '../../stream-run.js';
import { sourceUrl } from '../../wires/citations.js';
import { behind } from '../../wires/replay.js';
import { SentCalls } from '../../wires/sent-calls.js';
import { SentText } from '../../wires/sent-text.js';
import { toInterrupts } from './interrupts.js';
import { ToolMessages, type WireEvent } from './tool-messages.js';

export interface AgUiOptions {
  /** The client's own ids of the thread and the run; Parley's when it did not start the run. */
  threadId?: string;
  clientRunId?: string;
  /** Base URL of links in the stream. */
  base: string;
}

/** Translates events to AG-UI 1.0. @param messages the client's copy of the thread; required for retracting text */
export function toWire(run: StartedRun, options: AgUiOptions, messages?: readonly unknown[]): ToSse {
  const stream = new AgUiStream(run, options, messages);
  return (event) =>
    sseFrames(run.runId, event.offset, ...stream.eventsOf(event).map((each) => JSON.stringify(each)));
}

/** A run continued in another run of the client: its start, and the events after `after`. */
export function restarted(toSse: ToSse, after: number): ToSse {
  const rest = behind(toSse, after);
  return (event) => (event.type === 'started' ? toSse(event) : rest(event));
}

/** Translation state of one run: the open messages and the text sent. */
class AgUiStream {
  private readonly ids: { threadId: string; runId: string };
  private sent = new SentText();
  private readonly calls = new SentCalls();
  private readonly toolMessages: ToolMessages;
  private texts = 0;
  private isTextOpen = false;
  private thoughts = 0;
  private isThinking = false;

  constructor(
    private readonly run: StartedRun,
    private readonly options: AgUiOptions,
    private readonly messages?: readonly unknown[],
  ) {
    const { threadId = run.conversationId, clientRunId = run.runId } = options;
    this.ids = { threadId, runId: clientRunId };
    this.toolMessages = new ToolMessages(`${run.runId}-tools`);
  }

  eventsOf(event: RunEvent): WireEvent[] {
    switch (event.type) {
      case 'started':
        return [{ type: 'RUN_STARTED', ...this.ids }, custom('run', { run_id: this.run.runId })];
      case 'log':
        return [custom('log', event.text)];
      case 'sources':
        return [this.sources(event.sources)];
      case 'state':
        return [{ type: 'STATE_SNAPSHOT', snapshot: event.state }];
      case 'reasoning':
        return this.reasoning(event.text);
      case 'tool':
        // Text after a tool call is a separate message, following the call.
        return [...this.endThought(), ...this.endText(), ...this.tool(event)];
      case 'token':
        return [...this.endThought(), ...this.text(event.text)];
      case 'reset':
        return this.reset(event);
      case 'completed':
      case 'failed':
      case 'waiting':
        return [...this.endThought(), ...this.endText(), this.end(event)];
    }
  }

  private sources(sources: Extract<RunEvent, { type: 'sources' }>['sources']): WireEvent {
    const { base } = this.options;
    return custom(
      'sources',
      sources.map((source) => ({ ...source, source: sourceUrl(source, base) })),
    );
  }

  private reasoning(delta: string): WireEvent[] {
    const opening: WireEvent[] = [];
    if (!this.isThinking) {
      this.thoughts += 1;
      this.isThinking = true;
      opening.push(
        { type: 'REASONING_START', messageId: this.thoughtId },
        { type: 'REASONING_MESSAGE_START', messageId: this.thoughtId, role: 'reasoning' },
      );
    }
    return [...opening, { type: 'REASONING_MESSAGE_CONTENT', messageId: this.thoughtId, delta }];
  }

  private endThought(): WireEvent[] {
    if (!this.isThinking) return [];
    this.isThinking = false;
    return [
      { type: 'REASONING_MESSAGE_END', messageId: this.thoughtId },
      { type: 'REASONING_END', messageId: this.thoughtId },
    ];
  }

  private get thoughtId(): string {
    return `${this.run.runId}-reasoning-${this.thoughts}`;
  }

  private tool(event: ToolEvent): WireEvent[] {
    // The call was already shown when it became pending.
    if (event.phase === 'called' && event.approvalId !== undefined) return [];
    this.calls.add(event);
    return event.phase === 'called' || event.phase === 'waiting'
      ? this.toolMessages.begin(event)
      : this.toolMessages.end(event);
  }

  private text(delta: string): WireEvent[] {
    const opening: WireEvent[] = [];
    if (!this.isTextOpen) {
      this.isTextOpen = true;
      this.texts += 1;
      opening.push({ type: 'TEXT_MESSAGE_START', messageId: this.textId, role: 'assistant' });
    }
    return [
      ...opening,
      { type: 'TEXT_MESSAGE_CONTENT', messageId: this.textId, delta: this.sent.add(delta) },
    ];
  }

  private endText(): WireEvent[] {
    if (!this.isTextOpen) return [];
    this.isTextOpen = false;
    return [{ type: 'TEXT_MESSAGE_END', messageId: this.textId }];
  }

  /** Id of the current or last text message; the first one has the id used in histories. */
  private get textId(): string {
    return this.texts > 1 ? `${this.run.runId}-${this.texts}` : this.run.runId;
  }

  private reset({ reply, state, sources, toolCalls }: Extract<RunEvent, { type: 'reset' }>): WireEvent[] {
    const steps = this.calls.missing(toolCalls);
    return [
      ...this.endThought(),
      ...(steps.length > 0 ? this.endText() : []),
      ...steps.flatMap((step) => this.tool(step)),
      ...(sources.length > 0 ? [this.sources(sources)] : []),
      ...(Object.keys(state).length > 0 ? [{ type: 'STATE_SNAPSHOT', snapshot: state }] : []),
      ...this.replaceText(reply),
    ];
  }

  /** A snapshot contains the whole thread: clients delete messages missing from it. */
  private replaceText(reply: string): WireEvent[] {
    if (this.sent.isPrefixOf(reply)) {
      const delta = reply.slice(this.sent.length);
      return delta ? this.text(delta) : [];
    }
    if (!this.messages) throw new StreamBroken();
    this.sent = new SentText(reply);
    const message = { id: this.run.runId, role: 'assistant', content: reply };
    // The snapshot leaves out the messages of later texts.
    const closing = this.texts > 1 ? this.endText() : [];
    const messages = [...this.messages, ...this.toolMessages.all, message];
    return [...closing, { type: 'MESSAGES_SNAPSHOT', messages }];
  }

  private end(event: TerminalEvent): WireEvent {
    if (event.type === 'failed' && event.code !== 'cancelled')
      return { type: 'RUN_ERROR', message: event.message, code: event.code };
    if (event.type === 'waiting')
      return {
        type: 'RUN_FINISHED',
        ...this.ids,
        outcome: { type: 'interrupt', interrupts: toInterrupts(event) },
      };
    const outcome = { type: event.type === 'completed' ? 'success' : 'cancelled' };
    return { type: 'RUN_FINISHED', ...this.ids, outcome };
  }
}

const custom = (name: string, value: unknown) => ({ type: 'CUSTOM', name: `parley.${name}`, value });

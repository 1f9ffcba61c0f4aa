import type { Source, ToolEvent } from '../../../agents/agent.js';
import type { RunEvent, TerminalEvent } from '../../../runs/run.js';
import type { StreamedRun } from '../../surface.js';
import { SentCalls } from '../../wires/sent-calls.js';
import { SentText } from '../../wires/sent-text.js';
import { approvalItemIdOf, callItemIdOf, messageItemIdOf, responseIdOf, suffix } from './ids.js';
import {
  annotationSteps,
  approvalItem,
  callSteps,
  outputText,
  reasoningItem,
  replyItem,
  resultOf,
  searchItem,
  searchSteps,
  toolItem,
  type OutputItem,
} from './items.js';
import { PartText } from './part-text.js';
import { statusOf, toResponse, type ResponseStatus } from './response.js';
import type { ResponseOptions } from './schemas.js';

type WireEvent = { type: string; [field: string]: unknown };

/** The state of a response, and the events that update a client's copy of it. */
export class ResponseStream {
  /** Offset of the last translated event. */
  offset = 0;
  private readonly output: OutputItem[] = [];
  private readonly sent = new SentText();
  private readonly calls = new SentCalls();
  private readonly toolIndexes = new Map<string, number>();
  private sources: readonly Source[] | null = null;
  private thought: { index: number; text: string } | null = null;
  private replyIndex: number | null = null;
  private readonly text: PartText;

  /** @param after offset in the run behind which the response begins; 0 for the first of a run */
  constructor(
    private readonly run: StreamedRun,
    private readonly options: ResponseOptions,
    private readonly after = 0,
  ) {
    this.text = new PartText(after);
  }

  /** @param isSilent for a reset whose text the client has in part: the terminal event has the whole text */
  eventsOf(event: RunEvent, isSilent = false): WireEvent[] {
    this.offset = event.offset;
    if (event.type === 'tool') this.calls.add(event);
    if (this.after > 0 && event.offset <= this.after) return this.pass(event);
    switch (event.type) {
      case 'started':
        return this.begin();
      case 'sources':
        return this.search(event.sources);
      case 'reasoning':
        return this.reason(event.text);
      case 'tool':
        return [...this.endThought(), ...this.tool(event)];
      case 'token':
        return this.token(event.text);
      case 'reset': {
        const delta = this.sent.missing(this.text.reset(event.reply));
        const steps = this.calls.missing(event.toolCalls);
        for (const step of steps) this.calls.add(step);
        const events = [
          ...this.endThought(),
          ...this.search(event.sources),
          ...steps.flatMap((step) => this.tool(step)),
        ];
        if (delta) events.push(...this.openReply(), this.delta(delta));
        return isSilent ? [] : events;
      }
      case 'completed':
      case 'failed':
      case 'waiting':
        return [...this.endThought(), ...this.endReply(event), this.end(event)];
      case 'log':
      case 'state':
        return [];
    }
  }

  /** The response so far. */
  snapshot(status: ResponseStatus, end?: TerminalEvent) {
    const { after, run } = this;
    const previousResponseId = after > 0 ? responseIdOf(run.runId, this.text.previous) : undefined;
    const options = { ...this.options, ...(previousResponseId && { previousResponseId }) };
    const output = [...this.output];
    if (!end && this.replyIndex !== null)
      output[this.replyIndex] = replyItem(this.replyId, 'in_progress', [outputText(this.sent.text)]);
    return toResponse(run, options, { status, output, after, end });
  }

  /** An event of an earlier response of the run; behind the last of them, this one begins. */
  private pass(event: RunEvent): WireEvent[] {
    this.text.pass(event);
    if (event.type === 'sources' || event.type === 'reset') this.sources = event.sources;
    return event.offset < this.after ? [] : this.begin();
  }

  private begin(): WireEvent[] {
    return ['created', 'in_progress'].map((type) => this.lifecycle(type, 'in_progress'));
  }

  private token(text: string): WireEvent[] {
    const thought = this.endThought();
    const delta = this.after === 0 ? this.sent.add(text) : this.sent.missing(this.text.push(text));
    return delta ? [...thought, ...this.openReply(), this.delta(delta)] : thought;
  }

  private lifecycle(type: string, status: ResponseStatus): WireEvent {
    return { type: `response.${type}`, response: this.snapshot(status) };
  }

  private end(event: TerminalEvent): WireEvent {
    const status = statusOf(event);
    // Clients do not support an event `response.cancelled`.
    const type = status === 'cancelled' ? 'incomplete' : status;
    return { type: `response.${type}`, response: this.snapshot(status, event) };
  }

  private add(item: OutputItem): [index: number, event: WireEvent] {
    const index = this.output.push(item) - 1;
    return [index, { type: 'response.output_item.added', output_index: index, item }];
  }

  private done(index: number, item: OutputItem): WireEvent {
    this.output[index] = item;
    return { type: 'response.output_item.done', output_index: index, item };
  }

  private search(sources: readonly Source[]): WireEvent[] {
    // A search by a tool appends to the known sources.
    const found = sources.slice(this.sources?.length ?? 0);
    if (found.length === 0) return [];
    this.sources = sources;
    const id = this.itemId('fs');
    const [output_index, added] = this.add(searchItem(id, 'in_progress', []));
    const done = this.done(output_index, searchItem(id, 'completed', found));
    return [added, ...searchSteps({ item_id: id, output_index }), done];
  }

  private reason(delta: string): WireEvent[] {
    // Reasoning after the first text of the reply has no equivalent item.
    if (this.replyIndex !== null) return [];
    const events: WireEvent[] = [];
    if (!this.thought) {
      const [index, added] = this.add(reasoningItem(this.itemId('rs'), null));
      this.thought = { index, text: '' };
      const part = { type: 'summary_text', text: '' };
      events.push(added, { type: 'response.reasoning_summary_part.added', ...this.thoughtPlace(), part });
    }
    this.thought.text += delta;
    return [...events, { type: 'response.reasoning_summary_text.delta', ...this.thoughtPlace(), delta }];
  }

  private endThought(): WireEvent[] {
    if (!this.thought) return [];
    const { index, text } = this.thought;
    const place = this.thoughtPlace();
    this.thought = null;
    return [
      { type: 'response.reasoning_summary_text.done', ...place, text },
      { type: 'response.reasoning_summary_part.done', ...place, part: { type: 'summary_text', text } },
      this.done(index, reasoningItem(place.item_id, text)),
    ];
  }

  private thoughtPlace() {
    const index = this.thought!.index;
    return { item_id: this.output[index]!.id, output_index: index, summary_index: 0 };
  }

  private tool(event: ToolEvent): WireEvent[] {
    if (event.phase === 'waiting') {
      const item = approvalItem(event.approvalId, event);
      const [index, added] = this.add(item);
      return [added, this.done(index, item)];
    }
    if (event.phase === 'called') {
      const id = callItemIdOf(this.run.runId, this.calls.placeOf(event.id));
      const approval = event.approvalId && { approval_request_id: approvalItemIdOf(event.approvalId) };
      const call = { arguments: JSON.stringify(event.input), ...approval };
      const [output_index, added] = this.add(toolItem(id, event, { ...call, arguments: '' }));
      this.toolIndexes.set(event.id, output_index);
      this.output[output_index] = toolItem(id, event, call);
      return [added, ...callSteps({ item_id: id, output_index }, call.arguments)];
    }
    const output_index = this.toolIndexes.get(event.id);
    if (output_index === undefined) return [];
    const item = this.output[output_index]!;
    const name = event.phase === 'done' ? 'completed' : 'failed';
    return [
      { type: `response.mcp_call.${name}`, item_id: item.id, output_index },
      this.done(output_index, { ...item, ...resultOf(event) }),
    ];
  }

  private openReply(): WireEvent[] {
    if (this.replyIndex !== null) return [];
    const [index, added] = this.add(replyItem(this.replyId, 'in_progress', []));
    this.replyIndex = index;
    return [added, { type: 'response.content_part.added', ...this.replyCursor(), part: outputText('') }];
  }

  private delta(delta: string): WireEvent {
    return { type: 'response.output_text.delta', ...this.replyCursor(), delta, logprobs: [] };
  }

  private endReply(event: TerminalEvent): WireEvent[] {
    if (this.replyIndex === null) return [];
    const place = this.replyCursor();
    // Bracketed numbers in JSON are not citations.
    const isText = this.options.textFormat.type === 'text';
    const part = outputText(this.text.of(event.reply), isText ? (this.sources ?? []) : []);
    const isWhole = event.type === 'completed' && !event.finishReason;
    return [
      ...annotationSteps(place, part.annotations),
      { type: 'response.output_text.done', ...place, text: part.text, logprobs: [] },
      { type: 'response.content_part.done', ...place, part },
      this.done(this.replyIndex, replyItem(this.replyId, isWhole ? 'completed' : 'incomplete', [part])),
    ];
  }

  private get replyId(): string {
    return messageItemIdOf(this.run.runId, this.after);
  }

  private replyCursor() {
    return {
      item_id: this.replyId,
      output_index: this.replyIndex ?? 0,
      content_index: 0,
    };
  }

  /** Deterministic: a replay of the run has the same ids. */
  private itemId(prefix: string): string {
    return `${prefix}_${this.run.runId.replaceAll('-', '')}${this.output.length}${suffix(this.after)}`;
  }
}

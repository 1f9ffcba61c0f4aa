import type { ToolEvent } from '../../../agents/agent.js';

/** An event of AG-UI. */
export type WireEvent = { type: string; [field: string]: unknown };

type Begun = Extract<ToolEvent, { phase: 'called' | 'waiting' }>;
type Ended = Extract<ToolEvent, { phase: 'done' | 'failed' }>;

/** The messages that a client makes of the tool calls of a run: one with all calls, and one for each result. */
export class ToolMessages {
  private readonly calls: object[] = [];
  private readonly results: object[] = [];

  /** @param id of the message with the calls */
  constructor(private readonly id: string) {}

  begin({ id: toolCallId, name, input }: Begun): WireEvent[] {
    const args = JSON.stringify(input);
    this.calls.push({ id: toolCallId, type: 'function', function: { name, arguments: args } });
    return [
      { type: 'TOOL_CALL_START', toolCallId, toolCallName: name, parentMessageId: this.id },
      { type: 'TOOL_CALL_ARGS', toolCallId, delta: args },
      { type: 'TOOL_CALL_END', toolCallId },
    ];
  }

  end(event: Ended): WireEvent[] {
    const toolCallId = event.id;
    const id = `${toolCallId}-result`;
    const content = contentOf(event);
    this.results.push({ id, role: 'tool', toolCallId, content });
    return [{ type: 'TOOL_CALL_RESULT', messageId: id, toolCallId, content }];
  }

  /** For a snapshot of the thread; none without calls. */
  get all(): object[] {
    if (this.calls.length === 0) return [];
    return [{ id: this.id, role: 'assistant', toolCalls: this.calls }, ...this.results];
  }
}

function contentOf(event: Ended): string {
  if (event.phase === 'failed') return event.error;
  return typeof event.output === 'string' ? event.output : JSON.stringify(event.output);
}

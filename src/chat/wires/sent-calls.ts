import type { ToolEvent } from '../../agents/agent.js';
import type { MessageToolCall } from '../../database/entities/tool-calls/message-tool-call.js';
import { stepsOf } from '../../runs/tool-calls/made-calls.js';

/** The steps of tool calls that were sent to a client. */
export class SentCalls {
  private readonly calls = new Map<string, { place: number; hasBegun: boolean; hasEnded: boolean }>();

  /** Place of a call among all of them, from 1; 0 for one that was not sent. */
  placeOf(id: string): number {
    return this.calls.get(id)?.place ?? 0;
  }

  add({ id, phase }: ToolEvent): void {
    const call = this.calls.get(id) ?? { place: this.calls.size + 1, hasBegun: false, hasEnded: false };
    if (phase === 'done' || phase === 'failed') call.hasEnded = true;
    else call.hasBegun = true;
    this.calls.set(id, call);
  }

  /** The steps of calls so far that were not sent. @param calls of a `reset` */
  missing(calls: readonly MessageToolCall[] = []): ToolEvent[] {
    return calls.flatMap(stepsOf).filter(({ id, phase }) => {
      const call = this.calls.get(id);
      return !(phase === 'called' ? call?.hasBegun : call?.hasEnded);
    });
  }
}

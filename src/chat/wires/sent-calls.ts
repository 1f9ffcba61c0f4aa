import type { ToolEvent } from '../../agents/agent.js';
import type { MessageToolCall } from '../../database/entities/tool-calls/message-tool-call.js';
import { stepsOf } from '../../runs/tool-calls/made-calls.js';

/** The steps of tool calls that were sent to a client. */
export class SentCalls {
  private readonly begun = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly known: string[] = [];

  /** Place of a call among all of them, from 1. */
  placeOf(id: string): number {
    return this.known.indexOf(id) + 1;
  }

  add({ id, phase }: ToolEvent): void {
    (phase === 'done' || phase === 'failed' ? this.ended : this.begun).add(id);
    if (!this.known.includes(id)) this.known.push(id);
  }

  /** The steps of calls so far that were not sent. @param calls of a `reset` */
  missing(calls: readonly MessageToolCall[] = []): ToolEvent[] {
    return calls
      .flatMap(stepsOf)
      .filter(({ id, phase }) => !(phase === 'called' ? this.begun : this.ended).has(id));
  }
}

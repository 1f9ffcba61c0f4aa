import type { Usage } from '../adapters/chat-model/chat-model.js';
import type { AgentEvent } from '../agents/agent.js';
import type { Outcome } from './run-snapshot.js';

/** Adds up what the requests of a run to models cost, and keeps why the last of them ended. */
export class RunTally {
  readonly outcome: Outcome = {};
  /** The model called last; undefined when none was. */
  model?: string;

  add(event: Extract<AgentEvent, { type: 'usage' | 'finish' }>): void {
    const { outcome } = this;
    if (event.type === 'usage') {
      outcome.usage = addUsage(outcome.usage, event.usage);
      this.model = event.model ?? this.model;
    } else outcome.finishReason = event.reason === 'stop' ? undefined : event.reason;
  }
}

/** One estimate makes the sum an estimate. */
function addUsage(a: Usage | undefined, b: Usage): Usage {
  if (!a) return b;
  const sum = (one?: number, other?: number) =>
    one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedTokens: sum(a.cachedTokens, b.cachedTokens),
    reasoningTokens: sum(a.reasoningTokens, b.reasoningTokens),
    estimated: a.estimated || b.estimated,
  };
}

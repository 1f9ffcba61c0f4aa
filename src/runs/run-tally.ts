import type { Usage } from '../adapters/chat-model/chat-model.js';
import type { AgentEvent } from '../agents/agent.js';
import { currentCall, traceIdOf, type CallContext } from '../telemetry/call-context.js';
import { firstTokenSeconds, modelTokens, runSeconds } from '../telemetry/process-metrics.js';
import type { CheckpointUsage } from '../database/repositories/runs/run-leases.repository.js';
import type { Outcome } from './run-snapshot.js';

/** Adds up what the requests of a run to models cost, and keeps why the last of them ended. */
export class RunTally {
  readonly outcome: Outcome = {};
  /** The model called last; undefined when none was. */
  model?: string;
  /** What the requests under way have cost so far. */
  private readonly requests: (() => Usage | null)[] = [];
  /** What the agent waits for; undefined when it has answered. */
  suspended?: Extract<AgentEvent, { type: 'suspend' }>;

  /** @param usage of the run before it waited for a person */
  constructor(usage?: Usage | null) {
    if (usage) this.outcome.usage = usage;
  }

  add(event: Extract<AgentEvent, { type: 'usage' | 'request' | 'finish' }>): void {
    const { outcome } = this;
    if (event.type === 'finish') outcome.finishReason = event.reason === 'stop' ? undefined : event.reason;
    else {
      this.model = event.model ?? this.model;
      if (event.type === 'usage') outcome.usage = addUsage(outcome.usage, event.usage);
      else this.requests.push(event.usageSoFar);
    }
  }

  /** What the run has cost until now, those requests included that have not ended. */
  soFar(): CheckpointUsage | null {
    const usages = this.requests.map((usageSoFar) => usageSoFar()).filter((usage) => usage !== null);
    const sum = usages.reduce<Usage | undefined>(addUsage, this.outcome.usage);
    return sum ? { ...sum, model: this.model } : null;
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

/** What a run took. Times are of `performance.now()`. */
export interface RunRecord {
  agent: string;
  /** The model that was called last; undefined when none was. */
  model?: string;
  status: string;
  requestedAt: number;
  /** 0 when there was no token. */
  firstTokenAt: number;
  usage?: Usage;
}

/** Counts a run that has ended. */
export function recordRun(run: RunRecord): void {
  const { agent, model = 'none', status, requestedAt, firstTokenAt, usage } = run;
  runSeconds.observe({ agent, model, status }, (performance.now() - requestedAt) / 1_000);
  if (firstTokenAt > 0) firstTokenSeconds.observe({ agent, model }, (firstTokenAt - requestedAt) / 1_000);
  if (!usage) return;
  modelTokens.inc({ agent, model, kind: 'input' }, usage.inputTokens);
  modelTokens.inc({ agent, model, kind: 'output' }, usage.outputTokens);
  if (usage.cachedTokens) modelTokens.inc({ agent, model, kind: 'cached' }, usage.cachedTokens);
  if (usage.reasoningTokens) modelTokens.inc({ agent, model, kind: 'reasoning' }, usage.reasoningTokens);
}

/** A run belongs to the request that began it; one that waited for another run, or was found, to itself. */
export function callOfRun(runId: string): CallContext {
  const call = currentCall();
  return call && !call.runId ? { ...call, runId } : { traceId: traceIdOf(runId), runId };
}

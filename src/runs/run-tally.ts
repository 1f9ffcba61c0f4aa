import type { Usage } from '../adapters/chat-model/chat-model.js';
import type { AgentEvent } from '../agents/agent.js';
import { currentCall, traceIdOf, type CallContext } from '../telemetry/call-context.js';
import { firstTokenSeconds, modelTokens, runSeconds } from '../telemetry/process-metrics.js';
import type { CheckpointUsage } from '../database/repositories/runs/run-leases.repository.js';
import type { Outcome } from './run-snapshot.js';

/** Sums the usage of a run's model requests, and keeps the finish reason of the last one. */
export class RunTally {
  readonly outcome: Outcome = {};
  /** The last model called; undefined without a model request. */
  model?: string;
  /** Usage readers of the pending requests. */
  private readonly requests: (() => Usage | null)[] = [];
  /** The suspension of the run; undefined when the agent has answered. */
  suspended?: Extract<AgentEvent, { type: 'suspend' }>;

  /** @param usage of the run before it was suspended */
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

  /** Usage of the run so far, including pending requests. */
  soFar(): CheckpointUsage | null {
    const usages = this.requests.map((usageSoFar) => usageSoFar()).filter((usage) => usage !== null);
    const sum = usages.reduce<Usage | undefined>(addUsage, this.outcome.usage);
    return sum ? { ...sum, model: this.model } : null;
  }
}

/** The sum is an estimate if either part is. */
export function addUsage(a: Usage | undefined, b: Usage): Usage {
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

/** Metrics of a finished run. Times are of `performance.now()`. */
export interface RunRecord {
  agent: string;
  /** The last model called; undefined without a model request. */
  model?: string;
  status: string;
  requestedAt: number;
  /** 0 without a token. */
  firstTokenAt: number;
  usage?: Usage;
}

/** Records the metrics of a finished run. */
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

/** Trace context of a run: of the request that began it; for a queued or recovered run, a new one. */
export function callOfRun(runId: string): CallContext {
  const call = currentCall();
  return call && !call.runId ? { ...call, runId } : { traceId: traceIdOf(runId), runId };
}

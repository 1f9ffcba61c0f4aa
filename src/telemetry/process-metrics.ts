import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** Metrics of this process, shared by all applications in it. */
export const processMetrics = new Registry();

const registers = [processMetrics];

/** Plain integers for the token path, read on each scrape: no other work is done per token. */
export const counts = { streamedTokens: 0 };

export const streamedTokens = new Counter({
  name: 'parley_streamed_tokens_total',
  help: 'Chunks of text streamed by models',
  registers,
  collect() {
    this.reset();
    this.inc(counts.streamedTokens);
  },
});

export const runSeconds = new Histogram({
  name: 'parley_run_seconds',
  help: 'Duration of a run from its request until it was stored, by outcome',
  labelNames: ['agent', 'model', 'status'] as const,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
  registers,
});

export const firstTokenSeconds = new Histogram({
  name: 'parley_first_token_seconds',
  help: 'Time of a run from its request until its first token; counted when the run ends',
  labelNames: ['agent', 'model'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  registers,
});

export const modelTokens = new Counter({
  name: 'parley_model_tokens_total',
  help: 'Tokens of requests to models, as reported by the model server',
  labelNames: ['agent', 'model', 'kind'] as const,
  registers,
});

export const httpRequests = new Counter({
  name: 'parley_http_requests_total',
  help: 'Requests by route and status; unmatched ones share a route',
  labelNames: ['method', 'route', 'status'] as const,
  registers,
});

/** Latency of store operations. */
export const storeSeconds = new Histogram({
  name: 'parley_store_seconds',
  help: 'Duration of an operation on a store',
  labelNames: ['store'] as const,
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
  registers,
});

export const jobSeconds = new Histogram({
  name: 'parley_job_seconds',
  help: 'Duration of indexing a file, by outcome',
  labelNames: ['outcome'] as const,
  buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
  registers,
});

let collectsDefaults = false;

/** Adds Node's metrics of the process: memory, handles, garbage collection, event-loop delay. */
export function collectProcessMetrics(): void {
  if (collectsDefaults) return;
  collectsDefaults = true;
  collectDefaultMetrics({ register: processMetrics });
}

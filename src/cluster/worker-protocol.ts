import type { MetricsSnapshot } from '../telemetry/metrics-snapshot.js';

/** Start parameters of an API worker, beside its environment. */
export interface WorkerTask {
  /** Settings that differ from those of the primary process. */
  settings: Record<string, string>;
  embedded: { postgres: boolean; redis: boolean };
  /** No other worker has been started yet. */
  isFirst: boolean;
}

/** Requests of a worker to the primary process. */
export type PrimaryAnswers = {
  /** Answered when the worker may start. */
  task(): Promise<WorkerTask>;
  /** The worker listens. @returns whether it is the worker that prints the findings of the start */
  listening(address: string): Promise<boolean>;
  /** The worker cannot start, for a reason that an operator can change. */
  refused(message: string): Promise<void>;
  /** Local embeddings: one process has the weights. */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  /** The metrics of all processes together, as text. */
  metrics(): Promise<string>;
};

/** Requests of the primary process to a worker. */
export type WorkerAnswers = {
  metrics(): Promise<MetricsSnapshot>;
  /** The worker refuses new requests, lets answers end, and exits. */
  leave(): Promise<void>;
};

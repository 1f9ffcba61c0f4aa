import { AggregatorRegistry, type PrometheusContentType, type Registry } from 'prom-client';

/** A metric with its values, in the format of `Registry.getMetricsAsJSON`, also between processes. */
export interface MetricSnapshot {
  name: string;
  type: string;
  aggregator: string;
  values: { value: number; labels: object }[];
}

/** All metrics of a process at one time. */
export type MetricsSnapshot = MetricSnapshot[];

/** Event-loop lag of the worst process: the mean of all would hide it. */
const WORST = /^nodejs_eventloop_lag/;

/** prom-client declares the type of a metric as a number, and sends its name. */
export const snapshotOf = async (registry: Registry): Promise<MetricsSnapshot> =>
  (await registry.getMetricsAsJSON()) as unknown as MetricsSnapshot;

/** @returns a registry of the values of all processes together, each by the aggregation of its metric */
export function aggregate(snapshots: readonly MetricsSnapshot[]): Registry {
  const worst = snapshots.map((snapshot) =>
    snapshot.map((metric) => (WORST.test(metric.name) ? { ...metric, aggregator: 'max' } : metric)),
  );
  return AggregatorRegistry.aggregate<PrometheusContentType>(worst);
}

/**
 * Counters and histograms of an ended process, which are kept: a decreasing sum would look like a restart to
 * Prometheus.
 */
export const countersOf = (snapshot: MetricsSnapshot): MetricsSnapshot =>
  snapshot.filter(({ type }) => type === 'counter' || type === 'histogram');

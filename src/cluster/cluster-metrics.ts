import { within } from '../common/time/within.js';
import { aggregate, countersOf, snapshotOf, type MetricsSnapshot } from '../telemetry/metrics-snapshot.js';

/** A process that does not respond delays nobody: its last counters are used, without its gauges. */
const DEADLINE_MS = 3_000;

/** A process whose metrics are part of the sum. */
export interface MeasuredProcess {
  metrics(): Promise<MetricsSnapshot>;
}

/** The metrics of the primary process and its workers as those of one. */
export class ClusterMetrics {
  /** What each process answered last. */
  private readonly last = new Map<MeasuredProcess, MetricsSnapshot>();
  /** Counters of processes that have ended, as far as they have been shown. */
  private ended: MetricsSnapshot = [];

  add(measured: MeasuredProcess): void {
    this.last.set(measured, []);
  }

  /** The process has ended. */
  async remove(measured: MeasuredProcess): Promise<void> {
    const counters = countersOf(this.last.get(measured) ?? []);
    this.last.delete(measured);
    const ended = [this.ended, counters];
    // Set at once, so that a reader in between misses nothing.
    this.ended = ended.flat();
    this.ended = countersOf(await snapshotOf(aggregate(ended)));
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    const now = await Promise.all([...this.last.keys()].map((measured) => this.read(measured)));
    return aggregate([this.ended, ...now]).metrics();
  }

  private async read(measured: MeasuredProcess): Promise<MetricsSnapshot> {
    const snapshot = await within(DEADLINE_MS, measured.metrics()).catch(() => null);
    if (!snapshot) return countersOf(this.last.get(measured) ?? []);
    if (this.last.has(measured)) this.last.set(measured, snapshot);
    return snapshot;
  }
}

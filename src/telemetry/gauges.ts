import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';

/** A value, or one per value of the gauge's label. */
export type Reading = number | Record<string, number>;

/** How values of several processes are aggregated; summed by default. */
export type Aggregation = 'sum' | 'max' | 'min';

export interface GaugeOptions {
  /** Such as `parley_active_runs`. */
  name: string;
  help: string;
  /** Label name of readings with several values. */
  label?: string;
  /** `max` for a shared value seen by all processes, such as a queue's length. */
  aggregation?: Aggregation;
  /** Called on each scrape of the metrics. */
  read: () => Reading | Promise<Reading>;
}

/** Deadline in ms: values of a store that does not respond are omitted. */
const DEADLINE_MS = 2_000;

/** Gauges of the application's current state, read on each scrape. */
@Injectable()
export class Gauges {
  readonly registry = new Registry();

  add({ name, help, label, aggregation = 'sum', read }: GaugeOptions): void {
    const labelNames = label ? [label] : [];
    const gauge = new Gauge({
      name,
      help,
      labelNames,
      aggregator: aggregation,
      registers: [],
      async collect() {
        const reading = await withinDeadline(read);
        this.reset();
        if (reading === undefined) return label ? undefined : this.remove();
        if (typeof reading === 'number') return this.set(reading);
        for (const [value, count] of Object.entries(reading)) this.set({ [label!]: value }, count);
      },
    });
    this.registry.registerMetric(gauge);
  }
}

async function withinDeadline(read: GaugeOptions['read']): Promise<Reading | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), DEADLINE_MS);
  });
  try {
    return await Promise.race([read(), late]);
  } catch {
    return undefined; // `parley_up` reports which store is missing
  } finally {
    clearTimeout(timer);
  }
}

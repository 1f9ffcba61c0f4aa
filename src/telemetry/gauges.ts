import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';

/** A value, or one for each value of the gauge's label. */
export type Reading = number | Record<string, number>;

/** How the values of several processes become one: their sum when left out. */
export type Aggregation = 'sum' | 'max' | 'min';

export interface GaugeOptions {
  /** Such as `parley_active_runs`. */
  name: string;
  help: string;
  /** Of readings with several values. */
  label?: string;
  /** `max` of what all processes see the same of, such as a queue. */
  aggregation?: Aggregation;
  /** Read when metrics are, so that nothing is counted meanwhile. */
  read: () => Reading | Promise<Reading>;
}

/** A store that does not answer holds nobody up: its values are left out. */
const DEADLINE_MS = 2_000;

/** What is true of this application now, read when somebody asks. */
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
    return undefined; // `parley_up` says which store is missing
  } finally {
    clearTimeout(timer);
  }
}

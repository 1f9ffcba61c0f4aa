import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { snapshotOf } from '../telemetry/metrics-snapshot.js';
import { ClusterMetrics, type MeasuredProcess } from './cluster-metrics.js';

/** A process with one metric of each kind. */
class Measured implements MeasuredProcess {
  private readonly registry = new Registry();
  private readonly options = { help: 'h', registers: [this.registry] };
  readonly runs = new Counter({ name: 'runs_total', labelNames: ['agent'], ...this.options });
  readonly open = new Gauge({ name: 'open', ...this.options });
  readonly queue = new Gauge({ name: 'queue', aggregator: 'max', ...this.options });
  readonly lag = new Gauge({
    name: 'nodejs_eventloop_lag_p99_seconds',
    aggregator: 'average',
    ...this.options,
  });
  readonly seconds = new Histogram({ name: 'seconds', buckets: [1, 2], ...this.options });
  hangs = false;

  metrics = () => (this.hangs ? Promise.reject(new Error('ended')) : snapshotOf(this.registry));
}

describe('ClusterMetrics', () => {
  let metrics: ClusterMetrics;
  let one: Measured;
  let two: Measured;

  beforeEach(() => {
    metrics = new ClusterMetrics();
    [one, two] = [new Measured(), new Measured()];
    for (const each of [one, two]) metrics.add(each);
    one.runs.inc({ agent: 'a' }, 2);
    two.runs.inc({ agent: 'a' }, 3);
  });

  const lines = async () =>
    (await metrics.text()).split('\n').filter((line) => line && !line.startsWith('#'));

  it('adds counters, histograms and gauges, and takes the highest where all see the same', async () => {
    for (const each of [one, two]) {
      each.open.set(4);
      each.queue.set(7);
      each.seconds.observe(1.5);
    }
    one.lag.set(0.1);
    two.lag.set(0.5);
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'runs_total{agent="a"} 5',
        'open 8',
        'queue 7',
        'nodejs_eventloop_lag_p99_seconds 0.5',
        'seconds_bucket{le="1"} 0',
        'seconds_bucket{le="2"} 2',
        'seconds_count 2',
      ]),
    );
  });

  it('keeps the counters of a process that has exited, and drops its gauges', async () => {
    one.open.set(4);
    one.seconds.observe(1.5);
    await lines();
    await metrics.remove(one);
    const three = new Measured();
    three.runs.inc({ agent: 'b' });
    metrics.add(three);
    await metrics.remove(three); // it was never shown
    expect(await lines()).toEqual(
      expect.arrayContaining(['runs_total{agent="a"} 5', 'open 0', 'seconds_count 1']),
    );
    expect((await lines()).join()).not.toContain('agent="b"');
  });

  it('uses the last counters of a process that does not respond', async () => {
    one.open.set(4);
    await lines();
    one.hangs = true;
    expect(await lines()).toEqual(expect.arrayContaining(['runs_total{agent="a"} 5', 'open 0']));
  });
});

import { readFile } from 'node:fs/promises';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, register } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { Prometheus, promtool } from '../support/prometheus.js';

interface Dashboard {
  panels: { title: string; type: string; targets?: { expr: string }[] }[];
}

const TOKEN = 'the-token-of-the-metrics-reader';
/** What Grafana puts in their place. */
const filled = (expression: string) =>
  expression.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*').replaceAll('$job', 'parley');
const namesIn = (expression: string) => expression.match(/\b(?:parley|nodejs|process)_\w+/g) ?? [];

describe('a real Prometheus with the shipped files', () => {
  let parley: TestApp;
  let prometheus: Prometheus;

  beforeAll(async () => {
    parley = await createTestApp({ METRICS_TOKEN: TOKEN });
    prometheus = await Prometheus.start(new URL(parley.url).host, TOKEN);
    const { accessToken: token } = await register(parley.url);
    await (await call(parley.url, '/chat', { token, body: { message: 'Hello?' } })).text();
  });
  afterAll(async () => {
    await prometheus?.close();
    await parley?.close();
  });

  it('promtool accepts the configuration, and each rule passes its tests', async () => {
    expect(await promtool('check', 'config', 'deploy/prometheus/prometheus.yml')).toContain('SUCCESS');
    const tested = await promtool('test', 'rules', 'deploy/prometheus/alerts.test.yml');
    expect(tested).toContain('SUCCESS');
    const rules = await readFile('deploy/prometheus/alerts.yml', 'utf8');
    const tests = await readFile('deploy/prometheus/alerts.test.yml', 'utf8');
    for (const [, alert] of rules.matchAll(/- alert: (\w+)/g)) expect(tests).toContain(`alertname: ${alert}`);
  });

  it('scrapes a run', async () => {
    await eventually(async () => {
      const [up] = await prometheus.query('up{job="parley"}');
      expect(up?.value).toBe(1);
      const runs = await prometheus.query('sum by (status) (parley_run_seconds_count)');
      expect(runs).toContainEqual({ metric: { status: 'complete' }, value: expect.any(Number) });
    }, 20_000);
  });

  it('has every series of the dashboard and the alerts, and evaluates each expression', async () => {
    const dashboard = JSON.parse(await readFile('deploy/grafana/parley.json', 'utf8')) as Dashboard;
    const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => filled(expr)));
    expect(shown.length).toBeGreaterThan(20);
    for (const expression of shown) await prometheus.query(expression);
    const alerts = await readFile('deploy/prometheus/alerts.yml', 'utf8');
    const used = new Set([...shown, alerts].flatMap(namesIn));
    await eventually(async () => {
      const known = await prometheus.names();
      // Those appear with the first file that is indexed, and the first request to a model.
      const later = ['parley_job_seconds_bucket', 'parley_model_tokens_total'];
      expect([...used].filter((name) => !known.includes(name) && !later.includes(name))).toEqual([]);
    }, 20_000);
  });

  it('fires an alert when Parley does not answer', async () => {
    expect((await prometheus.alerts()).map(({ labels }) => labels['alertname'])).not.toContain('ParleyDown');
    await parley.close();
    await eventually(async () => {
      const down = (await prometheus.alerts()).find(({ labels }) => labels['alertname'] === 'ParleyDown');
      expect(down).toMatchObject({ state: 'firing', labels: { severity: 'page' } });
      expect(down?.annotations['summary']).toContain('does not answer Prometheus');
    }, 30_000);
  });
});

/** Parley with `/metrics`, which is read meanwhile, beside a Parley that records and serves no metrics, in turn. */
import { count, median, millis, ratio } from '../rig/numbers.mjs';
import { startParley } from '../servers/parley.mjs';
import { measurePair } from './pairs.mjs';

const METRICS_TOKEN = 'the-metrics-token-of-the-benchmark';
/** How often Prometheus reads them in deploy/prometheus. */
const SCRAPE_MS = 15_000;
const WITHOUT = new URL('../rig/without-metrics.mjs', import.meta.url).href;

/** @returns rows of the table; the column `bare` is without metrics */
export async function measureMetrics(bench, options) {
  const { plan } = bench;
  const off = await startParley({
    ...options,
    scratch: `${options.scratch}-off`,
    args: ['--import', WITHOUT],
  });
  const settings = { METRICS_TOKEN };
  const on = await startParley({ ...options, scratch: `${options.scratch}-on`, settings });
  Object.assign(bench.servers, { on, off });
  const full = { ...plan.fullSpeed, streams: plan.fullSpeed.streams[1], paceMs: 0 };
  const scraping = setInterval(() => void scrape(on), SCRAPE_MS);
  try {
    const rounds = await measurePair(bench, { on, off }, { full });
    await scrape(on);
    return toRows(full, rounds);
  } finally {
    clearInterval(scraping);
  }
}

function toRows({ streams }, rounds) {
  const row = (what, of, format, aim, isGood) => {
    const [on, off] = ['on', 'off'].map((name) => rounds.map((figures) => of(figures[name].full)));
    const value = median(on.map((figure, i) => figure / off[i]));
    const values = { parley: format(median(on)), bare: format(median(off)), against: ratio(value, 3) };
    return { figure: `${what}: metrics on; off beside it`, ...values, aim, isMet: isGood(value) };
  };
  return [
    row(
      `tokens/s at full speed, ${streams} streams`,
      ({ tokens, seconds }) => tokens / seconds,
      count,
      '≥ 0.97 ×',
      (value) => value >= 0.97,
    ),
    row(
      `CPU for 1,000 tokens at full speed, ${streams} streams`,
      ({ cpu, tokens }) => (cpu / tokens) * 1e6,
      millis,
      '≤ 1.03 ×',
      (value) => value <= 1.03,
    ),
  ];
}

async function scrape({ url }) {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const text = await response.text();
  if (!/^parley_run_seconds_count\{/m.test(text))
    throw new Error(`/metrics: ${response.status} without runs`);
}

/** Ends with 0 when the API of this machine can serve, or with `worker` when its worker is alive: for health checks. */
const { PORT, METRICS_PORT, METRICS_TOKEN } = process.env;
const DEADLINE_MS = 2_500;

// Nothing is imported: a check every few seconds must cost next to nothing.
const isWorker = process.argv[2] === 'worker';
const url = isWorker
  ? `http://127.0.0.1:${METRICS_PORT}/metrics`
  : `http://127.0.0.1:${PORT || 8000}/health/ready`;
try {
  const response = await fetch(url, {
    headers: METRICS_TOKEN ? { authorization: `Bearer ${METRICS_TOKEN}` } : {},
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
} catch (error) {
  console.error(
    isWorker && !METRICS_PORT ? 'A worker is checked at its METRICS_PORT' : (error as Error).message,
  );
  process.exitCode = 1;
}

/**
 * How fast something goes and when it will be done: "43 a second, about 12 min left".
 * @param elapsedMs since the first of `done`
 */
export function rateAndRest(done: number, total: number, elapsedMs: number): string {
  if (done === 0 || elapsedMs < 1_000) return 'measuring';
  const perSecond = (done * 1_000) / elapsedMs;
  const rate = perSecond >= 10 ? Math.round(perSecond).toString() : perSecond.toFixed(1);
  return `${rate} a second, about ${inWords((total - done) / perSecond)} left`;
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

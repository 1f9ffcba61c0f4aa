/** Quantiles, and how figures are written. */

/** @returns the value below which that share of the values lies; NaN when there are none */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return low + (high - low) * (at % 1);
}

export const median = (values) => quantile(values, 0.5);
export const sum = (values) => values.reduce((total, value) => total + value, 0);

export const count = (value) => Math.round(value).toLocaleString('en');
export const ratio = (value, digits = 2) => `${value.toFixed(digits)} ×`;
export const millis = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

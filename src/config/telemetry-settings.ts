import { z } from 'zod';
import { integer, optional, url, withDefault } from './setting-types.js';

const ratioError = 'must be a number from 0 to 1';

/** Metrics and traces. */
export const telemetrySettings = {
  METRICS_PORT: optional(integer(0, 65535)).describe(
    'port of its own on which /metrics is served to Prometheus, on HOST; none when empty',
  ),
  METRICS_TOKEN: optional(
    z
      .string()
      .regex(/^[\x21-\x7e]{16,}$/, { error: 'must have at least 16 characters of ASCII, without blanks' }),
  ).describe(
    'bearer token with which /metrics is served on PORT as well; also asked for on METRICS_PORT when set',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(url('http', 'https')).describe(
    'base URL of an OpenTelemetry collector (OTLP over HTTP) that traces are sent to; none when empty',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optional(
    z
      .string()
      .regex(/^[\w-]+=[^,]*(,[\w-]+=[^,]*)*$/, { error: 'must be name=value, with commas between several' }),
  ).describe('headers sent to it, such as api-key=secret; values are percent-encoded'),
  OTEL_SERVICE_NAME: withDefault(z.string(), 'parley').describe('name of this service in traces'),
  OTEL_TRACES_SAMPLER_ARG: withDefault(
    z.coerce.number({ error: ratioError }).min(0, { error: ratioError }).max(1, { error: ratioError }),
    1,
  ).describe('fraction of traces that is sent, 0 to 1'),
};

/** `name=value` pairs as headers. */
export function toHeaders(pairs = ''): Record<string, string> {
  return Object.fromEntries(
    pairs
      .split(',')
      .filter(Boolean)
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
      }),
  );
}

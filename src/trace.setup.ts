import { API_VERSION } from './common/openapi.js';
import type { Logger } from './common/logger.js';
import type { Config } from './config/config.js';
import { toHeaders } from './config/telemetry-settings.js';
import { exportSpans } from './telemetry/tracing.js';

/**
 * Sends traces to the collector of OTEL_EXPORTER_OTLP_ENDPOINT; without one nothing is loaded and nothing recorded.
 * @returns a function that sends the remaining spans, to be called last
 */
export async function openTraces({ env }: Config, logger: Logger): Promise<() => Promise<void>> {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return async () => undefined;
  const { OtlpExporter } = await import('./telemetry/otlp-exporter.js');
  const exporter = new OtlpExporter({
    endpoint,
    headers: toHeaders(env.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: env.OTEL_SERVICE_NAME,
    serviceVersion: API_VERSION,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
    onFailure: (reason) => logger.warn({ reason }, 'traces could not be sent'),
  });
  exportSpans(exporter);
  return () => {
    exportSpans(undefined);
    return exporter.close();
  };
}

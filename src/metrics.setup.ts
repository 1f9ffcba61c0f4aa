import { once } from 'node:events';
import { createServer } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Registry } from 'prom-client';
import type { ParleyWsAdapter } from './common/sockets/ws.adapter.js';
import type { Config } from './config/config.js';
import { SettingError } from './config/env.js';
import { Gauges } from './telemetry/gauges.js';
import { collectProcessMetrics, processMetrics } from './telemetry/process-metrics.js';
import { metricsHandler, type MetricsSource } from './telemetry/render-metrics.js';

/** All metrics of an application and its process. */
export function registryOf(app: INestApplicationContext): Registry {
  collectProcessMetrics();
  return Registry.merge([processMetrics, app.get(Gauges).registry]);
}

/** The same as text. */
export function metricsOf(app: INestApplicationContext): MetricsSource {
  const registry = registryOf(app);
  return () => registry.metrics();
}

/** Serves `/metrics` beside the API to who shows METRICS_TOKEN; without one there is no such path. */
export function serveMetricsRoute(app: NestExpressApplication, { env, primary }: Config): void {
  if (!env.METRICS_TOKEN) return;
  const read = primary ? () => primary.metrics() : metricsOf(app);
  app.use('/metrics', metricsHandler(read, env.METRICS_TOKEN));
}

/** Measures the sockets of an application. */
export function measureSockets(app: INestApplicationContext, sockets: ParleyWsAdapter): void {
  const gauges = app.get(Gauges);
  gauges.add({
    name: 'parley_open_sockets',
    help: 'WebSockets that are open',
    read: () => sockets.load.open,
  });
  gauges.add({
    name: 'parley_socket_buffered_bytes',
    help: 'Bytes in this process that clients of WebSockets have not taken yet',
    read: () => sockets.load.bufferedBytes,
  });
}

/**
 * Serves `/metrics` alone on METRICS_PORT, where it is set.
 * @returns its address, and a function that ends it; null where it is not set
 * @throws SettingError when the port cannot be had
 */
export async function listenForMetrics(
  read: () => MetricsSource,
  { env, host }: Pick<Config, 'env' | 'host'>,
): Promise<{ address: string; close: () => void } | null> {
  if (env.METRICS_PORT === undefined) return null;
  const handle = metricsHandler(read(), env.METRICS_TOKEN);
  const server = createServer((request, response) => {
    if (request.url?.split('?', 1)[0] === '/metrics') return handle(request, response);
    response.writeHead(404).end();
  });
  try {
    server.listen(env.METRICS_PORT, host);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(`METRICS_PORT ${env.METRICS_PORT} cannot be listened on: ${code}`);
  }
  // It neither keeps the process alive nor holds its end up.
  server.unref();
  const { port } = server.address() as { port: number };
  const address = `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}/metrics`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address, close };
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as an OpenTelemetry collector receives it. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: Record<string, unknown>;
}

interface OtlpBody {
  resourceSpans: {
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'attributes'> & {
        attributes: { key: string; value: Record<string, unknown> }[];
      })[];
    }[];
  }[];
}

/** An OpenTelemetry collector on a loopback port, which keeps what it is sent. */
export class Collector {
  readonly spans: ReceivedSpan[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Collector> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const collector = new Collector(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    server.on('request', (request, response) => {
      const isKnown = request.url === '/v1/traces';
      const received = json(request).then((body) => isKnown && collector.take(body as OtlpBody));
      void received.finally(() => response.writeHead(isKnown ? 200 : 404).end('{}'));
    });
    return collector;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take({ resourceSpans }: OtlpBody): void {
    for (const { scopeSpans } of resourceSpans)
      for (const { spans } of scopeSpans)
        for (const span of spans) {
          const attributes = span.attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const);
          this.spans.push({ ...span, attributes: Object.fromEntries(attributes) });
        }
  }
}

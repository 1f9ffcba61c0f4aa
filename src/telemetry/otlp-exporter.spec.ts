import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { OtlpExporter, type OtlpOptions } from './otlp-exporter.js';
import type { FinishedSpan } from './tracing.js';

interface Received {
  path?: string;
  headers: IncomingHttpHeaders;
  body: { resourceSpans: { resource: object; scopeSpans: { spans: Record<string, unknown>[] }[] }[] };
}

describe('OtlpExporter', () => {
  let server: Server;
  let received: Received[];
  let status: number;
  let failures: string[];

  beforeEach(async () => {
    [received, status, failures] = [[], 200, []];
    server = createServer((request, response) => {
      const { url: path, headers } = request;
      const taken = json(request).then((body) =>
        received.push({ path, headers, body: body as Received['body'] }),
      );
      void taken.finally(() => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  const exporter = (options: Partial<OtlpOptions> = {}) =>
    new OtlpExporter({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      headers: { 'api-key': 'secret' },
      serviceName: 'parley',
      serviceVersion: '1',
      ratio: 1,
      onFailure: (reason) => failures.push(reason),
      ...options,
    });

  const span = (more: Partial<FinishedSpan> = {}): FinishedSpan => ({
    name: 'GET /runs/:run_id',
    kind: 'server',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    startedAt: 1_795_200_000_123.25,
    endedAt: 1_795_200_000_124,
    attributes: { text: 'a', count: 2, ratio: 0.5, yes: true, left: undefined },
    ...more,
  });

  it('sends spans in the JSON encoding of OTLP', async () => {
    const spans = exporter();
    spans.add(span());
    spans.add(span({ parentId: '1111111111111111', kind: 'consumer', error: 'ModelError' }));
    await spans.close();
    expect(received).toHaveLength(1);
    const [{ path, headers, body }] = received as [Received];
    expect(path).toBe('/v1/traces');
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'api-key': 'secret' });
    expect(body.resourceSpans[0]!.resource).toEqual({
      attributes: [
        { key: 'service.name', value: { stringValue: 'parley' } },
        { key: 'service.version', value: { stringValue: '1' } },
      ],
    });
    const [first, second] = body.resourceSpans[0]!.scopeSpans[0]!.spans;
    expect(first).toEqual({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      name: 'GET /runs/:run_id',
      kind: 2,
      startTimeUnixNano: '1795200000123250000',
      endTimeUnixNano: '1795200000124000000',
      attributes: [
        { key: 'text', value: { stringValue: 'a' } },
        { key: 'count', value: { intValue: '2' } },
        { key: 'ratio', value: { doubleValue: 0.5 } },
        { key: 'yes', value: { boolValue: true } },
      ],
    });
    expect(second).toMatchObject({
      parentSpanId: '1111111111111111',
      kind: 5,
      status: { code: 2, message: 'ModelError' },
    });
  });

  it('sends a fraction of traces, whole ones, the same in every process', async () => {
    const spans = exporter({ ratio: 0.5 });
    for (const last of ['00000000', '7fffffff', '80000000', 'ffffffff'])
      for (const spanId of ['a'.repeat(16), 'b'.repeat(16)])
        spans.add(span({ traceId: `4bf92f3577b34da6a3ce929d${last}`, spanId }));
    await spans.close();
    const sent = received.flatMap(({ body }) => body.resourceSpans[0]!.scopeSpans[0]!.spans);
    expect(sent.map(({ traceId }) => String(traceId).slice(-8))).toEqual([
      '00000000',
      '00000000',
      '7fffffff',
      '7fffffff',
    ]);
  });

  it('logs once that a collector refuses, and continues', async () => {
    status = 503;
    const spans = exporter();
    for (let i = 0; i < 600; i += 1) spans.add(span());
    await spans.close();
    expect(failures).toEqual(['the collector answered 503']);
  });
});

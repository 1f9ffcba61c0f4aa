import type { Attributes, FinishedSpan, SpanKind, SpanSink } from './tracing.js';

export interface OtlpOptions {
  /** Base URL of a collector, to which `/v1/traces` is added. */
  endpoint: string;
  /** Request headers, such as an API key. */
  headers: Record<string, string>;
  serviceName: string;
  serviceVersion: string;
  /** The fraction of traces that is recorded, 0…1. */
  ratio: number;
  /** Called with the reason when spans could not be sent; once per outage. */
  onFailure: (reason: string) => void;
}

const INTERVAL_MS = 2_000;
const TIMEOUT_MS = 10_000;
/** Maximum spans per request, and in the buffer; further spans are dropped. */
const BATCH = 512;
const MAX_WAITING = 8_192;
/** The numbers of OTLP's `SpanKind`. */
const KINDS: Record<SpanKind, number> = { internal: 1, server: 2, client: 3, consumer: 5 };
const STATUS_ERROR = 2;

/** Sends spans to an OpenTelemetry collector: OTLP over HTTP, in its JSON encoding. */
export class OtlpExporter implements SpanSink {
  private waiting: FinishedSpan[] = [];
  private sending: Promise<void> = Promise.resolve();
  private hasFailed = false;
  private readonly timer = setInterval(() => void this.flush(), INTERVAL_MS).unref();
  private readonly url: string;

  constructor(private readonly options: OtlpOptions) {
    this.url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
  }

  add(span: FinishedSpan): void {
    if (!isSampled(span.traceId, this.options.ratio) || this.waiting.length >= MAX_WAITING) return;
    this.waiting.push(span);
    if (this.waiting.length === BATCH) void this.flush();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private flush(): Promise<void> {
    return (this.sending = this.sending.then(() => this.sendAll()));
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH);
      this.waiting = this.waiting.slice(BATCH);
      try {
        await this.send(batch);
        this.hasFailed = false;
      } catch (error) {
        if (!this.hasFailed) this.options.onFailure((error as Error).message);
        this.hasFailed = true;
        return; // these spans are lost; later ones are sent at the next interval
      }
    }
  }

  private async send(spans: readonly FinishedSpan[]): Promise<void> {
    const { serviceName, serviceVersion, headers } = this.options;
    const attributes = toAttributes({ 'service.name': serviceName, 'service.version': serviceVersion });
    const scopeSpans = [{ scope: { name: 'parley' }, spans: spans.map(toOtlp) }];
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans }] }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the collector answered ${response.status}`);
  }
}

/** Deterministic by trace id, so that all processes agree, as OpenTelemetry's ratio sampler does. */
const isSampled = (traceId: string, ratio: number) =>
  ratio >= 1 || parseInt(traceId.slice(-8), 16) < ratio * 0x1_0000_0000;

function toOtlp(span: FinishedSpan) {
  const { name, kind, traceId, spanId, parentId, startedAt, endedAt, attributes, error } = span;
  return {
    traceId,
    spanId,
    ...(parentId && { parentSpanId: parentId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: toNanoseconds(startedAt),
    endTimeUnixNano: toNanoseconds(endedAt),
    attributes: toAttributes(attributes),
    ...(error !== undefined && { status: { code: STATUS_ERROR, message: error } }),
  };
}

/** As text: a number would lose digits. */
const toNanoseconds = (ms: number) => String(BigInt(Math.round(ms * 1_000)) * 1_000n);

const toAttributes = (attributes: Attributes) =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: toValue(value!) }));

function toValue(value: string | number | boolean) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

import { randomBytes } from 'node:crypto';
import { currentCall, inCall, type CallContext } from './call-context.js';
import { storeSeconds } from './process-metrics.js';

/** Span attributes: ids and names from the code, never user data. */
export type Attributes = Record<string, string | number | boolean | undefined>;

export type SpanKind = 'internal' | 'server' | 'client' | 'consumer';

/** A finished span, as exported. */
export interface FinishedSpan {
  name: string;
  kind: SpanKind;
  traceId: string;
  spanId: string;
  parentId?: string;
  /** Milliseconds since 1970, with fractions. */
  startedAt: number;
  endedAt: number;
  attributes: Attributes;
  /** Short description of the failure. */
  error?: string;
}

/** Exporter of finished spans; must neither throw nor block. */
export interface SpanSink {
  add(span: FinishedSpan): void;
  /** Flushes the buffer. */
  close(): Promise<void>;
}

/** A span in progress. */
export interface Span {
  set(attributes: Attributes): void;
  fail(reason: string): void;
}

const NONE: Span = { set: () => undefined, fail: () => undefined };

let sink: SpanSink | undefined;

/** From now on spans are exported. Without it they cost a comparison. */
export function exportSpans(to: SpanSink | undefined): void {
  sink = to;
}

/** Opens the root span of a call, such as a request; `end` it once. */
export function openSpan(name: string, kind: SpanKind, call: CallContext, attributes: Attributes = {}) {
  const to = call.isUnsampled ? undefined : sink;
  if (!to) return { call, span: NONE, end: () => undefined };
  const spanId = randomBytes(8).toString('hex');
  const startedAt = now();
  let error: string | undefined;
  const span: Span = {
    set: (more) => void Object.assign(attributes, more),
    fail: (reason) => void (error = reason),
  };
  const end = (finalName = name) => {
    const { traceId, spanId: parentId } = call;
    to.add({
      name: finalName,
      kind,
      traceId,
      spanId,
      parentId,
      startedAt,
      endedAt: now(),
      attributes,
      error,
    });
  };
  return { call: { ...call, spanId }, span, end };
}

/** Runs work as a child span of the current call; not recorded outside of calls. */
export async function traced<T>(
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = sink && currentCall();
  if (!parent) return work(NONE);
  const { call, span, end } = openSpan(name, kind, parent, { ...attributes });
  try {
    return await inCall(call, () => work(span));
  } catch (error) {
    span.fail(error instanceof Error ? error.name : String(error));
    throw error;
  } finally {
    end();
  }
}

/**
 * Starts a timer for a store operation: for its metric, and as a span of the current call.
 * @param store one of a few names: each is a time series
 * @param operation name of the span; called only when spans are recorded
 * @returns to be called once at the end, with the error if any
 */
export function startTimer(store: string, operation: () => string): (error?: unknown) => void {
  const begin = performance.now();
  const call = sink && currentCall();
  const opened = call && openSpan(`${store} ${operation()}`, 'client', call, { 'db.system.name': store });
  return (error) => {
    storeSeconds.observe({ store }, (performance.now() - begin) / 1_000);
    if (error) opened?.span.fail(error instanceof Error ? error.name : 'failed');
    opened?.end();
  };
}

/** Times a store operation until its promise settles, as `startTimer` does. */
export function timed<T>(store: string, operation: () => string, answer: Promise<T>): Promise<T> {
  const settle = startTimer(store, operation);
  answer.then(() => settle(), settle);
  return answer;
}

/** Times methods of a store, all of which return promises. @returns the same object */
export function timeMethods<T extends object>(
  store: string,
  target: T,
  names: readonly (keyof T & string)[],
): T {
  for (const name of names) {
    const method = target[name] as (...args: unknown[]) => Promise<unknown>;
    const timedMethod = (...args: unknown[]) => timed(store, () => name, method.apply(target, args));
    Object.defineProperty(target, name, { value: timedMethod, configurable: true, writable: true });
  }
  return target;
}

const now = () => performance.timeOrigin + performance.now();

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** Correlation ids of log lines and spans: of the current request, run or job. */
export interface CallContext {
  /** 32 hexadecimal digits, as in W3C Trace Context. */
  traceId: string;
  /** Parent span id, 16 hexadecimal digits; undefined when nothing is traced. */
  spanId?: string;
  /** Whether the caller decided not to sample this trace. */
  isUnsampled?: boolean;
  requestId?: string;
  runId?: string;
  jobId?: string;
}

const storage = new AsyncLocalStorage<CallContext>();

/** The request, run or job that is being worked on; none in timers of the whole process. */
export const currentCall = (): CallContext | undefined => storage.getStore();

/** Everything that `work` starts, also later, belongs to the call. */
export const inCall = <T>(call: CallContext, work: () => T): T => storage.run(call, work);

/** A function bound to no call context: for timers that are started by one call and shared by all. */
export const outsideCalls = <T extends (...args: never[]) => unknown>(work: T): T =>
  storage.run(undefined as never, () => AsyncResource.bind(work as never)) as unknown as T;

/**
 * Trace id of a request, run or job without a caller's trace, derived from its id, so that either can be found from
 * the other.
 */
export const traceIdOf = (uuid: string): string => uuid.replaceAll('-', '');

/**
 * Parses the caller's trace from a `traceparent` header (W3C Trace Context).
 * @returns undefined when it is missing or malformed
 */
export function readTraceparent(
  header: string | string[] | undefined,
): Pick<CallContext, 'traceId' | 'spanId' | 'isUnsampled'> | undefined {
  const parts = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:$|-)/.exec(
    String(header ?? ''),
  );
  const [, traceId = '', spanId = '', flags = '0'] = parts ?? [];
  if (!parts || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isUnsampled: (parseInt(flags, 16) & 1) === 0 };
}

/** The `traceparent` to propagate to another process; undefined outside of calls and when nothing is traced. */
export function writeTraceparent(call = currentCall()): string | undefined {
  return call?.spanId && `00-${call.traceId}-${call.spanId}-${call.isUnsampled ? '00' : '01'}`;
}

/** The ids that every line of the log carries. */
export function callIds(): Record<string, string> {
  const { requestId, runId, jobId, traceId } = storage.getStore() ?? {};
  const ids: Record<string, string> = {};
  if (requestId) ids['requestId'] = requestId;
  if (runId) ids['runId'] = runId;
  if (jobId) ids['jobId'] = jobId;
  if (traceId) ids['traceId'] = traceId;
  return ids;
}

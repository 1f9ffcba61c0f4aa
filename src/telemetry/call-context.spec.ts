import { setTimeout as sleep } from 'node:timers/promises';
import {
  callIds,
  currentCall,
  inCall,
  outsideCalls,
  readTraceparent,
  writeTraceparent,
} from './call-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('the context of a call', () => {
  it('is the context of everything that the call starts, and of nothing else', async () => {
    const call = { traceId: TRACE, requestId: 'r' };
    const later = inCall(call, async () => {
      await sleep(1);
      return currentCall();
    });
    expect(currentCall()).toBeUndefined();
    expect(await later).toBe(call);
    const shared = outsideCalls(() => currentCall());
    expect(inCall(call, shared)).toBeUndefined();
    expect(inCall(call, () => currentCall())).toBe(call);
  });

  it('has ids for log lines', () => {
    expect(callIds()).toEqual({});
    const call = { traceId: TRACE, requestId: 'request', runId: 'run', spanId: SPAN };
    expect(inCall(call, callIds)).toEqual({ requestId: 'request', runId: 'run', traceId: TRACE });
  });
});

describe('traceparent', () => {
  it('is read as W3C Trace Context has it, later versions too', () => {
    const sampled = { traceId: TRACE, spanId: SPAN, isUnsampled: false };
    expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual(sampled);
    expect(readTraceparent(`01-${TRACE}-${SPAN}-03-what-comes`)).toEqual(sampled);
    expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)).toEqual({ ...sampled, isUnsampled: true });
  });

  it.each([
    undefined,
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01x`,
  ])('is left aside when it is malformed: %s', (header) => {
    expect(readTraceparent(header)).toBeUndefined();
  });

  it('is written for other processes where spans are recorded', () => {
    expect(writeTraceparent({ traceId: TRACE })).toBeUndefined();
    expect(writeTraceparent({ traceId: TRACE, spanId: SPAN })).toBe(`00-${TRACE}-${SPAN}-01`);
  });
});

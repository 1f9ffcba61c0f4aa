import { sseFrames } from '../../../common/sse.js';
import type { RunEvent } from '../../../runs/run.js';
import type { ToSse } from '../../stream-run.js';
import type { StreamedRun } from '../../surface.js';
import { ResponseStream } from './response-stream.js';
import type { ResponseOptions } from './schemas.js';

/** Sequence numbers reserved per run event: the maximum number of wire events for one. */
const NUMBERS = 8;

/**
 * Translates events to those of a response. Sequence numbers are derived from run offsets, so that they are the
 * same in every replay.
 * @param startingAfter sequence number of the last event received; the run is replayed from its beginning
 * regardless
 */
export function toWire(run: StreamedRun, options: ResponseOptions, startingAfter = -1): ToSse {
  const stream = new ResponseStream(run, options);
  return (event) => {
    if (event.type === 'log') return `: ${event.text.replaceAll(/\s+/g, ' ')}\n`;
    const first = (event.offset - 1) * NUMBERS;
    const events = stream
      .eventsOf(event, startingAfter >= NUMBERS && isLoss(event, stream.offset, startingAfter))
      .map((each, i) => ({ ...each, sequence_number: first + i }))
      .filter(({ sequence_number }) => sequence_number > startingAfter);
    return sseFrames(run.runId, event.offset, ...events.map((each) => JSON.stringify(each)));
  };
}

/** Whether a reset replaces events of which the client has received an unknown part. */
const isLoss = (event: RunEvent, seen: number, startingAfter: number) =>
  event.type === 'reset' && seen * NUMBERS <= startingAfter;

import { sseFrames } from '../../../common/sse.js';
import type { RunEvent } from '../../../runs/run.js';
import type { ToSse } from '../../stream-run.js';
import type { StreamedRun } from '../../surface.js';
import { ResponseStream } from './response-stream.js';
import type { ResponseOptions } from './schemas.js';

/** One event of a run becomes at most so many of this wire. */
const NUMBERS = 8;

/**
 * Events as those of a response. Their numbers follow from the offset in the run, so that they are the same whenever
 * the stream is read.
 * @param startingAfter number of the last event that the client has seen; the run is read from its beginning all the
 * same
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

/** Whether a reset stands in for events of which the client has received an unknown part. */
const isLoss = (event: RunEvent, seen: number, startingAfter: number) =>
  event.type === 'reset' && seen * NUMBERS <= startingAfter;

import { sseFrames } from '../../../common/sse.js';
import type { RunEvent } from '../../../runs/run.js';
import type { ToSse } from '../../stream-run.js';
import type { StreamedRun } from '../../surface.js';
import { ResponseStream } from './response-stream.js';
import type { ResponseOptions } from './schemas.js';

/** That the run waits has the offset of the event before it. */
const placeOf = ({ type, offset }: RunEvent) => (type === 'waiting' ? offset + 1 : offset);

/** Sequence numbers reserved per run event: the maximum number of wire events for one. */
const NUMBERS = 8;

/**
 * Translates events to those of a response. Sequence numbers are derived from run offsets, so that they are the
 * same in every replay. A reset has those of the events that it replaces.
 * @param startingAfter sequence number of the last event received; the run is replayed from its beginning
 * regardless
 * @param after offset in the run behind which the response begins; 0 for the first of a run
 */
export function toWire(
  run: StreamedRun,
  options: ResponseOptions,
  { startingAfter = -1, after = 0 }: { startingAfter?: number; after?: number } = {},
): ToSse {
  const stream = new ResponseStream(run, options, after);
  // A later response begins with the last event of the one before it.
  const numberOf = (offset: number) => (offset - (after || 1)) * NUMBERS;
  return (event) => {
    if (event.type === 'log' && event.offset <= after) return '';
    if (event.type === 'log') return `: ${event.text.replaceAll(/\s+/g, ' ')}\n`;
    const unused = numberOf(stream.offset + 1);
    const isLoss = event.type === 'reset' && unused <= startingAfter;
    const first = event.type === 'reset' ? unused : numberOf(placeOf(event));
    const events = stream
      .eventsOf(event, startingAfter >= NUMBERS && isLoss)
      .map((each, i) => ({ ...each, sequence_number: first + i }))
      .filter(({ sequence_number }) => sequence_number > startingAfter);
    return sseFrames(run.runId, event.offset, ...events.map((each) => JSON.stringify(each)));
  };
}

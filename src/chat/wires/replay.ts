import { StreamBroken, type ToSse } from '../stream-run.js';

/**
 * Resumes a stream whose frames depend on previous events: the run is replayed from its first event, and frames up
 * to `after` are dropped.
 * @param after offset of the last event received
 */
export function behind(toSse: ToSse, after: number): ToSse {
  let last = 0;
  return (event) => {
    const skipsSeen = event.type === 'reset' && last < after && event.offset > after;
    // A reset: it is unknown which text the client has, and it could get some of it twice.
    if (skipsSeen) throw new StreamBroken();
    last = event.offset;
    const frames = toSse(event);
    // That a run waits is not logged: its offset is that of the last event.
    return event.offset > after || event.type === 'waiting' ? frames : '';
  };
}

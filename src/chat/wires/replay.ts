import { StreamBroken, type ToSse } from '../stream-run.js';

/**
 * The rest of a stream behind an event, for wires whose frames depend on what came before: the run is read from its
 * first event, and what the client has seen is left out.
 * @param after offset of the last event that the client has seen
 */
export function behind(toSse: ToSse, after: number): ToSse {
  let last = 0;
  return (event) => {
    const skipsSeen = event.type === 'reset' && last < after && event.offset > after;
    // It is unknown which text the client has: it would get some of it twice.
    if (skipsSeen) throw new StreamBroken();
    last = event.offset;
    const frames = toSse(event);
    return event.offset > after ? frames : '';
  };
}

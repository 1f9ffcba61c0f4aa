import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { SseWriter } from './sse.js';

describe('an event stream', () => {
  it('is over at once for a client that left before it began', async () => {
    const gone = Object.assign(new EventEmitter(), { destroyed: true }) as unknown as ServerResponse;
    const closed = new Promise<void>((resolve) =>
      new SseWriter(gone, () => undefined, resolve).write('data: x\n\n'),
    );
    await expect(closed).resolves.toBeUndefined();
    expect(gone.listenerCount('close')).toBe(0);
  });
});

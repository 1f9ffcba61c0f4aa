import type { Worker } from 'node:cluster';

/** A connection that the primary process has accepted, as `node:cluster` passes it on. */
interface Handle {
  close(...args: unknown[]): unknown;
}

/**
 * Closes the connections that a worker was handed and had not taken when it ended. `node:cluster` closes its own handle of
 * a connection when the worker has taken it, and forgets those of a worker that never answers: their clients would wait for ever.
 */
export function closeHandedConnections(worker: Worker): void {
  const handed = new Set<Handle>();
  const child = worker.process;
  const send = child.send.bind(child) as (...args: unknown[]) => boolean;
  const sendWatched = (message: { act?: string }, ...rest: unknown[]): boolean => {
    const [handle] = rest as [Handle | undefined];
    if (message?.act === 'newconn' && handle) {
      const close = handle.close.bind(handle);
      handed.add(handle);
      handle.close = (...args) => {
        handed.delete(handle);
        return close(...args);
      };
    }
    return send(message, ...rest);
  };
  child.send = sendWatched as typeof child.send;
  worker.once('exit', () => {
    for (const handle of handed) handle.close();
  });
}

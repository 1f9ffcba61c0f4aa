/** Start time of a run, from its time-ordered id (UUID version 7). */
export const createdAtOf = (runId: string): Date =>
  new Date(parseInt(runId.replaceAll('-', '').slice(0, 12), 16));

/** When a run was started: run ids are UUIDs of version 7, which begin with the time. */
export const createdAtOf = (runId: string): Date =>
  new Date(parseInt(runId.replaceAll('-', '').slice(0, 12), 16));

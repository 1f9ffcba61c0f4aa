/** The routes that decide about the calls a run waits for, and the one that stops it, in words for its client. */
export const howToDecide = (runId: string, approvals: readonly { id: string }[]) =>
  `decide with ${approvals.map(({ id }) => `POST /runs/${runId}/approvals/${id}`).join(' and ')}, ` +
  `or end it with POST /runs/${runId}/stop`;

/** The tools of the calls a run waits for, in words for its client. */
export const toolsOf = (approvals: readonly { tool: string }[]) =>
  approvals.map(({ tool }) => tool).join(', ');

import type { FinishedRun } from '../database/repositories/runs/runs.repository.js';

/** Why a run did not complete: a stable code, a message for users, and the stored status. */
export interface Failure {
  code: string;
  message: string;
  status: Exclude<FinishedRun['status'], 'complete' | 'waiting'>;
}

export const CANCELLED: Failure = {
  code: 'cancelled',
  message: 'The answer was stopped.',
  status: 'cancelled',
};
export const DRAINING: Failure = {
  code: 'shutdown',
  message: 'The server is shutting down.',
  status: 'interrupted',
};
export const INTERRUPTED: Failure = {
  code: 'interrupted',
  message: 'The answer was interrupted.',
  status: 'interrupted',
};
export const APPROVAL_EXPIRED: Failure = {
  code: 'approval-expired',
  message: 'The call was not approved or rejected in time.',
  status: 'failed',
};
export const LOST: Failure = {
  code: 'run-lost',
  message: 'The conversation was deleted while it was being answered.',
  status: 'failed',
};
export const EMPTY: Failure = {
  code: 'empty-answer',
  message: 'The answer was empty.',
  status: 'failed',
};
export const TOO_LONG: Failure = {
  code: 'reply-too-long',
  message: 'The answer was cut: it did not come to an end.',
  status: 'failed',
};
export const UNSTORED: Failure = {
  code: 'storage-unavailable',
  message: 'The answer could not be stored.',
  status: 'failed',
};

/** Abort reason that ends a run, from outside or inside its agent. */
export class RunStopped extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

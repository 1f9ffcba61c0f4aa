import { ParleyError } from '../../common/errors.js';

/** Errors of a sync. */

export const notConfigured = () =>
  new ParleyError(
    'conflict',
    'training-materials-not-configured',
    'No training materials: TRAINING_MATERIALS_REPO_URL is not set',
  );

export const syncRunning = () => new ParleyError('conflict', 'sync-running', 'A sync is running already');

export const refRefused = (target: string) =>
  new ParleyError(
    'conflict',
    'ref-refused',
    `The repository of the training materials has no branch, tag or commit '${target}'`,
  );

export const materialsTooLarge = (limit: string) =>
  new ParleyError(
    'conflict',
    'training-materials-too-large',
    `The training materials have more than ${limit}`,
  );

export const fileTooLarge = (path: string, maxMegabytes: number) =>
  new ParleyError(
    'conflict',
    'training-materials-too-large',
    `'${path}' in the training materials is larger than ${maxMegabytes} MB, which is MAX_UPLOAD_MB`,
  );

/** @param cause for the log only; the remote's message may disclose internals of a network */
export const fetchFailed = (cause: unknown) =>
  new ParleyError('unavailable', 'fetch-failed', 'The training materials could not be fetched', { cause });

export const leaving = () =>
  new ParleyError('unavailable', 'shutting-down', 'Service Unavailable', { retryAfter: 5 });

import { orKeyTaken } from '../idempotency.repository.js';

const UNIQUE_VIOLATION = '23505';

/** Another run of the same conversation is streaming or waiting. */
export class RunActiveError extends Error {}

/**
 * Maps errors of a statement that begins a run: the unique index on streaming runs rejects a second one.
 * @throws RunActiveError, KeyTakenError
 */
export async function conflicts<T>(answer: Promise<T>): Promise<T> {
  try {
    return await orKeyTaken(answer);
  } catch (error) {
    throw (error as { code?: string }).code === UNIQUE_VIOLATION ? new RunActiveError() : error;
  }
}

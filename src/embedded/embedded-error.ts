/**
 * Failure of the embedded engines: one sentence for users, naming the setting to change. Shown without a stack
 * trace.
 */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

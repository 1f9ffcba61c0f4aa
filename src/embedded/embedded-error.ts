/** Why the embedded engines cannot serve: one sentence for a person, naming the setting to change. Never shown with a stack. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

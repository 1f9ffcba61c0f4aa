import { SafeText } from '../safe-text.js';

/** The whole answer as clients see it, however it was cut into tokens. */
export function passed(tokens: readonly string[], sources: number): string {
  const safe = new SafeText(sources);
  return tokens.map((token) => safe.push(token)).join('') + safe.end();
}

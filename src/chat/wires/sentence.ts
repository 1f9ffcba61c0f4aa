import { InvalidInput, type ParleyError } from '../../common/errors.js';

/** Path of the invalid field, such as `messages.0.role`; null for other errors. */
export function fieldOf(error: unknown): string | null {
  const [issue] = error instanceof InvalidInput ? error.issues : [];
  // The place of a syntax error is a position in the body.
  if (!issue || issue.type === 'json_invalid') return null;
  return issue.loc.slice(1).join('.') || null;
}

/** Path of the first text in a body that equals `value`, such as `input.0.content.1.file_id`; null without one. */
export function pathOf(body: unknown, value: string): string | null {
  if (typeof body !== 'object' || body === null) return null;
  for (const [key, child] of Object.entries(body)) {
    if (child === value) return key;
    const below = pathOf(child, value);
    if (below !== null) return `${key}.${below}`;
  }
  return null;
}

/** An error as one sentence; for a list of issues, the first. */
export function sentenceOf(error: ParleyError): string {
  const [issue] = error instanceof InvalidInput ? error.issues : [];
  if (!issue) return error.message;
  const field = fieldOf(error);
  return field ? `${field}: ${issue.msg}` : issue.msg;
}

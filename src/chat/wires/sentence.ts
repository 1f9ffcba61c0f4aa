import { InvalidInput, type ParleyError } from '../../common/errors.js';

/** The path of the field that does not fit, such as `messages.0.role`; null for other errors. */
export function fieldOf(error: unknown): string | null {
  const [issue] = error instanceof InvalidInput ? error.issues : [];
  return issue?.loc.slice(1).join('.') || null;
}

/** A refusal in one sentence. Of a list of issues it is the first. */
export function sentenceOf(error: ParleyError): string {
  const [issue] = error instanceof InvalidInput ? error.issues : [];
  if (!issue) return error.message;
  const field = fieldOf(error);
  return field ? `${field}: ${issue.msg}` : issue.msg;
}

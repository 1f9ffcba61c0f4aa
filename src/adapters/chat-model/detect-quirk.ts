import type { Refusal } from '../openai/model-error.js';
import type { SystemRole } from './openai-messages.js';
import type { RequestBody } from './openai-request.js';
import type { Quirks } from './quirks.js';

/** Fields without which a request means the same, or nearly. */
const OPTIONAL = [
  'stream_options',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'reasoning_effort',
] as const;
const NEXT_ROLE: Record<SystemRole, SystemRole | null> = {
  system: 'developer',
  developer: 'user',
  user: null,
};

/**
 * Derives from a refusal how to change the request, and stores that in `quirks`.
 * @returns the change, in words for the log; null when the request cannot be repaired
 */
export function detectQuirk(quirks: Quirks, refusal: Refusal, body: RequestBody): string | null {
  return detectField(quirks, refusal, body) ?? detectRole(quirks, refusal, body);
}

function detectField(quirks: Quirks, { message, param }: Refusal, body: RequestBody): string | null {
  const sent = OPTIONAL.filter((name) => body[name] !== undefined);
  const field =
    sent.find((name) => param === name || param.startsWith(`${name}.`)) ??
    sent.find((name) => names(message, name));
  if (!field) return null;
  const other = field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  if (field.startsWith('max_') && quirks.maxTokensField === field && !quirks.without.has(other)) {
    quirks.maxTokensField = other;
    quirks.without.add(field);
    return `${other} is sent in place of ${field}`;
  }
  quirks.without.add(field);
  return `${field} is left out`;
}

/** A common word such as `stop` is a field name only in quotation marks. */
const names = (message: string, field: string) =>
  field.includes('_')
    ? new RegExp(`\\b${field}\\b`).test(message)
    : new RegExp(`['"\`]${field}['"\`]|\\b${field}\\b.{0,20}(?:parameter|support)`).test(message);

function detectRole(quirks: Quirks, { message, param }: Refusal, { messages }: RequestBody): string | null {
  const words = `${param} ${message}`;
  const role = messages[0]?.role;
  if (quirks.hasFixedRole || role !== quirks.systemRole || !/\brole|\bsystem\b|\bdeveloper\b/i.test(words))
    return null;
  if (role === 'user') return null;
  const next = /alternat|developer (?:instruction|message|role)s? (?:is|are) not/i.test(words)
    ? 'user'
    : NEXT_ROLE[role];
  if (!next) return null;
  quirks.systemRole = next;
  return `instructions go into a ${next} message`;
}

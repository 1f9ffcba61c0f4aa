import { validate } from 'uuid';
import type { JsonObject } from '../common/json.js';
import type { StoredMessage } from '../database/repositories/messages.repository.js';

/** Agents in code may cite what is no attachment. */
function documentOf({ metadata }: JsonObject): string | null {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return null;
  const id = metadata['document_id'];
  return typeof id === 'string' && validate(id) ? id : null;
}

/** The attachments that messages cite, each once. */
export const documentsOf = (messages: readonly StoredMessage[]): string[] => [
  ...new Set(
    messages.flatMap(({ sources }) => (sources ?? []).flatMap((source) => documentOf(source) ?? [])),
  ),
];

/** Messages whose sources say `deleted: true` in their metadata where their file is not stored any more. */
export const withDeletions = (
  messages: readonly StoredMessage[],
  existing: ReadonlySet<string>,
): StoredMessage[] =>
  messages.map((message) => ({
    ...message,
    sources: message.sources?.map((source) => markDeleted(source, existing)) ?? null,
  }));

function markDeleted(source: JsonObject, existing: ReadonlySet<string>): JsonObject {
  const document = documentOf(source);
  if (document === null || existing.has(document)) return source;
  return { ...source, metadata: { ...(source['metadata'] as JsonObject), deleted: true } };
}

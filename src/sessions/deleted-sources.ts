import { validate } from 'uuid';
import type { JsonObject } from '../common/json.js';
import type { StoredMessage } from '../database/repositories/messages.repository.js';

/** Custom agents may cite sources that are no attachments. */
function documentOf({ metadata }: JsonObject): string | null {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return null;
  const id = metadata['document_id'];
  return typeof id === 'string' && validate(id) ? id : null;
}

/** The distinct attachments that messages cite. */
export const documentsOf = (messages: readonly StoredMessage[]): string[] => [
  ...new Set(
    messages.flatMap(({ sources }) => (sources ?? []).flatMap((source) => documentOf(source) ?? [])),
  ),
];

/** Adds `deleted: true` to the metadata of sources whose file is no longer stored. */
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

import { typeOf, writeEvent } from './outbox-statements.js';

/**
 * An event about a revision ($2) of an attachment, as part of a WITH; without the file name, which may disclose its
 * content.
 * @param row with `owner_id` and `scope`
 */
export function attachmentEvent(
  type: 'attachment.indexed' | 'attachment.failed',
  id: string,
  row: string,
): string {
  const ofOwner = `CASE ${row}.scope WHEN 'user' THEN ${row}.owner_id END`;
  return writeEvent('event', {
    type: typeOf(type),
    userId: ofOwner,
    payload: `jsonb_build_object('attachment_id', ${id}, 'user_id', ${ofOwner}, 'scope', ${row}.scope, 'revision', $2::int)`,
    from: row,
  });
}

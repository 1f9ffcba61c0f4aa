// SQL for the shown path of a message tree: from the first message to the head of the conversation.

/**
 * The conversation as `head` and the messages of its path as `path`; follows `WITH RECURSIVE`.
 * @param which condition on conversations that selects one
 */
export const pathOf = (which: string) => `
  head AS (SELECT id, head_id, is_branched FROM conversations WHERE ${which}),
  path AS (
    SELECT m.id, m.parent_id FROM head JOIN messages m ON m.id = head.head_id
    UNION ALL
    SELECT m.id, m.parent_id FROM path JOIN messages m ON m.id = path.parent_id
  )`;

/**
 * Whether a message is on the shown path. Most conversations have no branches: their tree is not walked, so that a
 * page of a long one costs no more than a scan of the index on positions.
 * @param message alias of the table
 */
export const onPath = (message: string) =>
  `(NOT (SELECT is_branched FROM head) OR ${message}.id IN (SELECT id FROM path))`;

/** Whether a summary `s` stands for messages of the shown path. */
export const SUMMARY_ON_PATH = `
  (NOT (SELECT is_branched FROM head) OR s.last_message_id IN (SELECT id FROM path))`;

/** The messages that have the same parent as a message, itself included, oldest first; an array. */
export const siblingsOf = (message: string) => `
  (SELECT array_agg(s.id ORDER BY s.created_at, s.id) FROM messages s
   WHERE s.conversation_id = ${message}.conversation_id AND s.position = ${message}.position
     AND s.parent_id IS NOT DISTINCT FROM ${message}.parent_id)`;

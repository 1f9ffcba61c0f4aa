/** Minutes after its end for which a run's log may still exist. */
const LOGGED_MINUTES = 15;

/** The result of `deleting`. */
export interface DeletedConversations {
  count: number;
  /** Runs that may still be produced or logged. */
  runIds: string[];
}

/** A statement that deletes the conversations which a query locks. */
export const deleting = (held: string): string => `
  WITH held AS (${held}), recent AS (
    SELECT r.id FROM runs r JOIN held ON held.id = r.conversation_id
    WHERE r.finished_at IS NULL OR r.finished_at > now() - make_interval(mins => ${LOGGED_MINUTES})
  ), deleted AS (
    DELETE FROM conversations USING held WHERE conversations.id = held.id RETURNING conversations.id
  )
  SELECT (SELECT count(*)::int FROM deleted) AS count,
    (SELECT coalesce(array_agg(id), '{}') FROM recent) AS "runIds"`;

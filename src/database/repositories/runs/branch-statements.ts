// The statements that answer a message a second time. Lock order: see run-statements.ts.

import { ACCOUNT_FIRST, accountOf, BEGUN } from './run-statements.js';

/**
 * A new run for the user message of an incomplete run. The old reply stays as a sibling of the new one; if it was
 * truncated by the model, the new reply continues it.
 * $1 the owner's id, $2 id of the old run, $3 of the new one, $4 its producer, $5 the lease in seconds, $6 to $9
 * route, key, body hash and result of the claim, or null
 */
export const RESTART = `
  WITH ${accountOf('$7')}, held AS (
    SELECT id, head_id FROM conversations
    WHERE id = (SELECT conversation_id FROM runs WHERE id = $2) AND owner_id = $1 AND ${ACCOUNT_FIRST}
      AND NOT EXISTS (SELECT FROM runs WHERE conversation_id = conversations.id AND status = 'queued')
    FOR NO KEY UPDATE
  ), old AS (
    SELECT r.conversation_id, r.position, r.request, r.wire, r.key_id, r.state_before, r.finish_reason,
      m.id AS question_id, p.id AS partial_id, p.content AS partial
    FROM held
    JOIN runs r ON r.conversation_id = held.id
    JOIN messages m ON m.conversation_id = held.id AND m.position = r.position AND m.run_id = r.id
    LEFT JOIN messages p ON p.conversation_id = held.id AND p.position = r.position + 1 AND p.run_id = r.id
    WHERE r.id = $2 AND held.head_id IN (m.id, p.id)
      AND (r.status IN ('interrupted', 'cancelled', 'failed') OR (r.status = 'complete' AND r.finish_reason IS NOT NULL))
    FOR NO KEY UPDATE OF m
  ), run AS (
    INSERT INTO runs (id, conversation_id, status, producer, lease_until, position, request, wire, key_id)
    SELECT $3, conversation_id, 'streaming', $4, now() + make_interval(secs => $5), position, request, wire, key_id
    FROM old
  ), question AS (
    UPDATE messages m SET run_id = $3 FROM old WHERE m.id = old.question_id RETURNING m.content
  ), c AS (
    UPDATE conversations
    SET message_count = old.position, head_id = old.question_id, last_message_at = now(),
      is_branched = is_branched OR old.partial_id IS NOT NULL,
      state = coalesce(old.state_before, conversations.state)
    FROM old WHERE conversations.id = old.conversation_id
    RETURNING conversations.id, owner_id, client_id, agent, state, allowed_tools
  ), key AS (
    INSERT INTO idempotency_keys (user_id, route, key, body_hash, result)
    SELECT $1, $6, $7, $8, $9 FROM old WHERE $7::text IS NOT NULL
  )
  SELECT ${BEGUN}, $3::uuid AS "runId", old.position, old.request, question.content AS message,
    CASE WHEN old.finish_reason = 'length' THEN old.partial END AS continues
  FROM c, old, question`;

/**
 * A run in a new branch of a conversation that the transaction has locked.
 * $1 conversation, $2 run, $3 producer, $4 seconds, $5 position of its message, $6 request, $7 wire, $8 its
 * message, $9 state before it, $10 new agent or null, $11 title, $12 the request's API key or null.
 */
export const BEGIN_BRANCH = `
  WITH run AS (
    INSERT INTO runs (id, conversation_id, status, producer, lease_until, position, request, wire, key_id)
    VALUES ($2, $1, 'streaming', $3, now() + make_interval(secs => $4), $5, $6, $7, $12)
  ), c AS (
    UPDATE conversations
    SET head_id = $8, message_count = $5, state = $9, is_branched = true, last_message_at = now(),
      agent = coalesce($10, agent), title = coalesce(title, $11)
    WHERE id = $1
    RETURNING id, owner_id, client_id, agent, state, allowed_tools
  )
  SELECT ${BEGUN}, $2::uuid AS "runId", $5::int AS position FROM c`;

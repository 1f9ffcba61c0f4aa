// State transitions of runs. Each statement is atomic by itself: a turn costs two round trips.
//
// LOCK ORDER. Every statement that touches runs or conversations, here and in the other repositories, locks in this
// order:
//   1. the account (`users`), if it may be needed: a key and a new conversation refer to it
//   2. the conversation
//   3. its runs, then its messages, files and rows, then the idempotency key
// A statement on several conversations or runs of no particular account skips locked rows (SKIP LOCKED): it never
// waits while holding locks, and a later round processes the skipped rows. Deletions of all conversations of an account
// lock the account. A statement that locks only a run (a stop, a heartbeat) takes no further locks. Row locks are NO
// KEY UPDATE, which does not conflict with the KEY SHARE of foreign keys. PostgreSQL may still find a deadlock with
// statements of others; `retryConflicts` retries the statement then.

import { writeEvent } from '../webhooks/outbox-statements.js';
import type { RunUsage } from '../../entities/run.entity.js';

/** The ids of a run's approvals, kept after it was resumed, for detecting late decisions. */
export const PAST = `CASE WHEN pending IS NULL THEN NULL ELSE jsonb_build_object('past',
  coalesce(pending -> 'past', '[]') || coalesce(jsonb_path_query_array(pending, '$.approvals[*].id'), '[]')) END`;

/** Whether an attachment is searchable; a failed one may be, in an earlier revision. */
const MAY_ANSWER = `(status <> 'failed' OR chunk_count > 0)`;

/** The columns of `BegunRun`, from a conversation `c` after the change. */
export const BEGUN = `c.id AS "conversationRowId", c.owner_id AS "ownerId", c.client_id AS "conversationId", c.agent, c.state,
    c.allowed_tools AS "allowedTools",
    EXISTS (SELECT FROM attachments WHERE owner_id = c.owner_id AND ${MAY_ANSWER})
      OR EXISTS (SELECT FROM attachments WHERE scope = 'system' AND ${MAY_ANSWER}) AS "hasDocuments"`;

const RETURN_CONVERSATION =
  'RETURNING conversations.id, owner_id, client_id, agent, state, allowed_tools, message_count';

/** Locks the account ($1) that a key refers to, before any other row; part of a WITH. */
export const accountOf = (key: string) =>
  `account AS (SELECT id FROM users WHERE id = $1 AND ${key}::text IS NOT NULL FOR KEY SHARE)`;
/** True; a condition that is evaluated before the row that it belongs to is locked. */
export const ACCOUNT_FIRST = '(SELECT count(*) FROM account) >= 0';

/**
 * Starts a run: its message and the run, in a conversation that is created if necessary. No row when other runs are
 * queued.
 * $1 the owner's id, $2 client-visible id of the conversation, $3 row id of a new conversation, $4 the agent's id,
 * $5 title for a conversation without one, $6 whether the agent replaces the conversation's, $7 the run's id, $8
 * its producer, $9 the lease in seconds, $10 request options, $11 format of the stream, $12 the message's id, $13
 * its text, $14 to $17 route, key, body hash and result of the claim, or null, $18 the request's API key, or null
 */
export const START = `
  WITH ${accountOf('$15')}, owner AS (
    SELECT id FROM users
    WHERE id = $1 AND ${ACCOUNT_FIRST} AND NOT EXISTS (SELECT FROM conversations WHERE owner_id = $1 AND client_id = $2)
    FOR KEY SHARE
  ), opened AS (
    INSERT INTO conversations (id, owner_id, client_id, agent, title, message_count, head_id)
    SELECT $3, id, $2, $4, $5, 1, $12 FROM owner
    ON CONFLICT (owner_id, client_id) DO NOTHING
    ${RETURN_CONVERSATION}, NULL::uuid AS parent_id
  ), held AS (
    SELECT id, head_id FROM conversations
    WHERE owner_id = $1 AND client_id = $2 AND ${ACCOUNT_FIRST}
      AND NOT EXISTS (SELECT FROM runs WHERE conversation_id = conversations.id AND status = 'queued')
    FOR NO KEY UPDATE
  ), continued AS (
    UPDATE conversations
    SET message_count = message_count + 1, head_id = $12, last_message_at = now(), title = coalesce(title, $5),
      agent = CASE WHEN $6 THEN $4 ELSE agent END
    FROM held WHERE conversations.id = held.id
    ${RETURN_CONVERSATION}, held.head_id AS parent_id
  ), c AS (
    SELECT * FROM opened UNION ALL SELECT * FROM continued
  ), run AS (
    INSERT INTO runs (id, conversation_id, status, producer, lease_until, position, request, wire, key_id)
    SELECT $7, id, 'streaming', $8, now() + make_interval(secs => $9), message_count, $10, $11, $18 FROM c
  ), message AS (
    INSERT INTO messages (id, conversation_id, parent_id, position, role, content, run_id)
    SELECT $12, id, parent_id, message_count, 'user', $13, $7 FROM c
  ), key AS (
    INSERT INTO idempotency_keys (user_id, route, key, body_hash, result)
    SELECT $1, $14, $15, $16, $17 FROM c WHERE $15::text IS NOT NULL
  )
  SELECT ${BEGUN}, message_count AS position FROM c`;

/**
 * Enqueues a run; its message is added to the conversation when it begins.
 * $1 the owner's id, $2 client-visible id of the conversation, $3 the run's id, $4 request options, $5 format of
 * the stream, $6 the message, $7 maximum queue length, $8 to $11 route, key, body hash and result of the claim, or
 * null, $12 the request's API key, or null
 */
export const ENQUEUE = `
  WITH ${accountOf('$9')}, c AS (
    SELECT id FROM conversations WHERE owner_id = $1 AND client_id = $2 AND ${ACCOUNT_FIRST} FOR NO KEY UPDATE
  ), run AS (
    INSERT INTO runs (id, conversation_id, status, lease_until, created_at, request, wire, queued_message, key_id)
    SELECT $3, c.id, 'queued', now(), clock_timestamp(), $4, $5, $6, $12 FROM c
    WHERE (SELECT count(*) FROM runs WHERE conversation_id = c.id AND status = 'queued') < $7
    RETURNING id
  ), key AS (
    INSERT INTO idempotency_keys (user_id, route, key, body_hash, result)
    SELECT $1, $8, $9, $10, $11 FROM run WHERE $9::text IS NOT NULL
  )
  SELECT id FROM run`;

/** A field of the usage, which is $16 of `FINISH`. */
const tokens = (name: keyof RunUsage) => `coalesce(($16::jsonb ->> '${name}')::int, 0)`;

const ENDED = writeEvent('event', {
  type: `CASE $3 WHEN 'complete' THEN 'run.completed' ELSE 'run.failed' END`,
  userId: 'c.owner_id',
  payload: `jsonb_build_object('run_id', $1::uuid, 'conversation_id', c.client_id, 'user_id', c.owner_id,
      'agent', run.answered_by, 'status', $3::text, 'error', $4::text)`,
  from: 'c, run',
});

/**
 * Finishes a run with its reply, and begins the oldest queued run of the conversation unless $14 forbids it.
 * $1 the run's id, $2 its producer, $3 its final status, $4 and $5 code and message of its failure or null, $6 the
 * agent's state, $7 offset of the last event, $8 the reply, $9 its sources or null, $10 lease of the next run in
 * seconds, $11 id of the reply, $12 its status, $13 id of the next run's message, $14 whether a next run may begin,
 * $15 finish reason or null, $16 the usage or null, $17 the last model called or null, $18 the agent's version or null,
 * $19 the calls of tools or null
 */
export const FINISH = `
  WITH held AS (
    SELECT id, head_id, agent, state, message_count FROM conversations
    WHERE id = (SELECT conversation_id FROM runs WHERE id = $1) FOR NO KEY UPDATE
  ), run AS (
    UPDATE runs r
    SET status = $3, error = $4, error_message = $5, state = $6, last_offset = $7, finished_at = now(),
      finish_reason = $15, usage = $16, pending = ${PAST}, agent = held.agent, agent_version = $18,
      partial = CASE $3 WHEN 'complete' THEN '' ELSE $8 END,
      sources = CASE $3 WHEN 'complete' THEN NULL ELSE $9::jsonb END,
      state_before = CASE WHEN $3 = 'complete' AND $15::text IS NULL THEN NULL ELSE held.state END
    FROM held
    WHERE r.id = $1 AND r.producer = $2 AND r.status = 'streaming'
    RETURNING r.conversation_id, coalesce(r.position, held.message_count) + ($8 <> '')::int AS last_position,
      held.head_id AS question_id, CASE WHEN $8 <> '' THEN $11::uuid ELSE held.head_id END AS last_id,
      r.key_id, held.agent AS answered_by
  ), next AS (
    UPDATE runs q
    SET status = 'streaming', producer = $2, lease_until = now() + make_interval(secs => $10),
      position = run.last_position + 1
    FROM run
    WHERE $14 AND q.status = 'queued' AND q.id = (
      SELECT id FROM runs WHERE conversation_id = run.conversation_id AND status = 'queued'
      ORDER BY created_at, id LIMIT 1
    )
    RETURNING q.id, q.position, q.request, q.queued_message
  ), c AS (
    UPDATE conversations
    SET state = $6, last_message_at = now(), message_count = coalesce(next.position, run.last_position),
      head_id = CASE WHEN next.id IS NULL THEN run.last_id ELSE $13::uuid END,
      agent = coalesce(next.queued_message ->> 'agent', agent)
    FROM run LEFT JOIN next ON true
    WHERE conversations.id = run.conversation_id
    RETURNING conversations.id, owner_id, client_id, agent, state, allowed_tools, run.last_position, run.question_id, run.last_id
  ), reply AS (
    INSERT INTO messages (id, conversation_id, parent_id, position, role, content, status, sources, run_id, finish_reason,
      tool_calls)
    SELECT last_id, id, question_id, last_position, 'assistant', $8, $12, $9, $1, $15, $19 FROM c WHERE $8 <> ''
  ), question AS (
    INSERT INTO messages (id, conversation_id, parent_id, position, role, content, run_id)
    SELECT $13, c.id, c.last_id, next.position, 'user', next.queued_message ->> 'text', next.id FROM c, next
  ), ledger AS (
    INSERT INTO usage (run_id, user_id, key_id, agent, model, status, input_tokens, output_tokens, cached_tokens,
      reasoning_tokens, estimated)
    SELECT $1, c.owner_id, run.key_id, run.answered_by, $17, $3, ${tokens('inputTokens')}, ${tokens('outputTokens')},
      ${tokens('cachedTokens')}, ${tokens('reasoningTokens')}, coalesce(($16::jsonb ->> 'estimated')::boolean, false)
    FROM c, run
  ), ${ENDED}
  SELECT ${BEGUN}, next.id AS "runId", next.position, next.request, next.queued_message ->> 'text' AS message
  FROM c LEFT JOIN next ON true`;

/** Idle conversations with a queued run. */
const STUCK = `SELECT w.conversation_id FROM runs w WHERE w.status = 'queued'
  AND NOT EXISTS (
    SELECT FROM runs s WHERE s.conversation_id = w.conversation_id AND s.status IN ('streaming', 'waiting')
  )`;

/**
 * $1 the producer, $2 the lease in seconds.
 * @param held locks conversations and returns their `id`, `message_count` and `head_id`
 */
const promote = (held: string) => `
  WITH held AS (
    ${held}
  ), next AS (
    UPDATE runs q
    SET status = 'streaming', producer = $1, lease_until = now() + make_interval(secs => $2),
      position = held.message_count + 1
    FROM held, LATERAL (
      SELECT w.id FROM runs w WHERE w.conversation_id = held.id AND w.status = 'queued'
      ORDER BY w.created_at, w.id LIMIT 1
    ) AS oldest
    WHERE q.status = 'queued' AND q.id = oldest.id
    RETURNING q.id, q.conversation_id, q.position, q.request, q.queued_message,
      gen_random_uuid() AS message_id, held.head_id AS parent_id
  ), c AS (
    UPDATE conversations
    SET last_message_at = now(), message_count = next.position, head_id = next.message_id,
      agent = coalesce(next.queued_message ->> 'agent', agent)
    FROM next WHERE conversations.id = next.conversation_id
    RETURNING conversations.id, owner_id, client_id, agent, state, allowed_tools
  ), question AS (
    INSERT INTO messages (id, conversation_id, parent_id, position, role, content, run_id)
    SELECT message_id, conversation_id, parent_id, position, 'user', queued_message ->> 'text', id FROM next
  )
  SELECT ${BEGUN}, next.id AS "runId", next.position, next.request, next.queued_message ->> 'text' AS message
  FROM c JOIN next ON next.conversation_id = c.id`;

/** Begins the oldest queued runs of idle conversations: a previous run ended without beginning them. */
export const PROMOTE = promote(`
    SELECT id, message_count, head_id FROM conversations WHERE id IN (${STUCK} LIMIT 50)
    LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED`);

/** As above, only in the conversation of run $3, and waiting for row locks. */
export const PROMOTE_BEHIND = promote(`
    SELECT id, message_count, head_id FROM conversations
    WHERE id = (SELECT conversation_id FROM runs WHERE id = $3) AND id IN (${STUCK})
    FOR NO KEY UPDATE`);

/** Runs of a producer that have begun, in the form of the original response. $1 the runs' ids, $2 the producer. */
export const BEGUN_HERE = `
  SELECT ${BEGUN}, r.id AS "runId", r.position, r.request, m.content AS message
  FROM runs r
  JOIN conversations c ON c.id = r.conversation_id
  JOIN messages m ON m.conversation_id = r.conversation_id AND m.position = r.position AND m.run_id = r.id
  WHERE r.id = ANY($1) AND r.producer = $2 AND r.status = 'streaming'`;

/** Takes a run of a producer back with its message, as if it had never been sent. $1 the run's id, $2 its producer. */
export const WITHDRAW = `
  WITH held AS (
    SELECT id FROM conversations WHERE id = (SELECT conversation_id FROM runs WHERE id = $1) FOR NO KEY UPDATE
  ), run AS (
    DELETE FROM runs r USING held
    WHERE r.id = $1 AND r.conversation_id = held.id AND r.producer = $2 AND r.status = 'streaming'
    RETURNING r.conversation_id, r.position
  ), message AS (
    DELETE FROM messages m USING run
    WHERE m.conversation_id = run.conversation_id AND m.position = run.position AND m.run_id = $1
    RETURNING m.parent_id
  )
  UPDATE conversations SET message_count = run.position - 1, head_id = message.parent_id
  FROM run LEFT JOIN message ON true WHERE conversations.id = run.conversation_id`;

import { typeOf, writeEvent } from '../webhooks/outbox-statements.js';

// Reservation and settlement of budgets. Both statements lock reservations first, then windows in the order of
// their budgets; neither touches runs, conversations or accounts for writing.

/** Maximum messages whose length counts in the estimate of a run's input. */
const MAX_MESSAGES = 200;
const BYTES_PER_TOKEN = 3.5;

/** Once in a period. */
const REACHED = writeEvent('event', {
  type: typeOf('budget.reached'),
  userId: 'user_id',
  payload: `jsonb_build_object('budget_id', budget_id, 'subject_type', subject_type, 'subject_id', nullif(subject_id, ''),
      'unit', unit, 'period', period, 'amount', amount, 'used', settled)`,
  from: 'reached',
});

/**
 * Reserves in all windows or in none: concurrent reservations are serialized by row locks.
 * $1 the run's id, $2 to $4 budget, beginning of the period and unit of each window, $5 tokens of the request
 * without the history, $6 and $7 owner and client-visible id of the conversation whose history is read or null, $8
 * maximum input tokens, $9 tokens of the answer. No row for a window that was not opened.
 */
export const RESERVE = `
  WITH cost AS (
    SELECT (least($8::float8, $5::float8 + CASE WHEN 'tokens' = ANY($4::text[]) THEN coalesce((
      SELECT sum(octet_length(content)) / ${BYTES_PER_TOKEN} FROM (
        SELECT m.content FROM messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE c.owner_id = $6 AND c.client_id = $7 ORDER BY m.position DESC LIMIT ${MAX_MESSAGES}
      ) AS newest
    ), 0) ELSE 0 END) + $9::float8)::bigint AS tokens
  ), held AS (
    SELECT w.budget_id, w.starts_at, x.unit, b.amount, w.reserved, w.settled, w.reached_at,
      b.subject_type, b.subject_id, b.user_id, b.period,
      CASE x.unit WHEN 'runs' THEN 1 ELSE cost.tokens END AS need
    FROM unnest($2::uuid[], $3::timestamptz[], $4::text[]) AS x (budget_id, starts_at, unit)
    JOIN budget_windows w ON w.budget_id = x.budget_id AND w.starts_at = x.starts_at
    JOIN budgets b ON b.id = w.budget_id
    CROSS JOIN cost
    ORDER BY w.budget_id FOR NO KEY UPDATE OF w
  ), verdict AS (
    SELECT *, bool_and(reserved + settled + need <= amount) OVER () AND count(*) OVER () = cardinality($2::uuid[]) AS fits
    FROM held
  ), taken AS (
    UPDATE budget_windows w SET reserved = w.reserved + v.need
    FROM verdict v WHERE v.fits AND w.budget_id = v.budget_id AND w.starts_at = v.starts_at
  ), reached AS (
    UPDATE budget_windows w SET reached_at = now()
    FROM verdict v WHERE v.settled + v.need > v.amount AND v.reached_at IS NULL
      AND w.budget_id = v.budget_id AND w.starts_at = v.starts_at
    RETURNING v.*
  ), ${REACHED}, booked AS (
    INSERT INTO budget_reservations (run_id, budget_id, starts_at, unit, amount)
    SELECT $1, budget_id, starts_at, unit, need FROM verdict WHERE fits
  )
  SELECT budget_id AS "budgetId", need::float8, amount::float8, reserved::float8, settled::float8, fits FROM verdict`;

/** Opens windows of budgets that are still there. $1 and $2 budget and beginning of the period of each. */
export const OPEN_WINDOWS = `
  INSERT INTO budget_windows (budget_id, starts_at)
  SELECT b.id, x.starts_at FROM unnest($1::uuid[], $2::timestamptz[]) AS x (budget_id, starts_at)
  JOIN budgets b ON b.id = x.budget_id ORDER BY b.id
  ON CONFLICT DO NOTHING`;

/**
 * Settles runs: replaces their reservations by the actual usage after their end; 0 for runs that never began.
 * $1 the runs' ids, or null for all, $2 age in seconds after which a reservation without a run is released
 */
export const SETTLE = `
  WITH ended AS (
    SELECT r.run_id, r.budget_id,
      CASE WHEN u.run_id IS NULL THEN 0 WHEN r.unit = 'runs' THEN 1 ELSE u.input_tokens + u.output_tokens END AS used
    FROM budget_reservations r
    LEFT JOIN usage u ON u.run_id = r.run_id
    LEFT JOIN runs ON runs.id = r.run_id
    WHERE ($1::uuid[] IS NULL OR r.run_id = ANY($1))
      AND (u.run_id IS NOT NULL OR runs.finished_at IS NOT NULL
        OR (runs.id IS NULL AND r.at <= now() - make_interval(secs => $2)))
    ORDER BY r.run_id, r.budget_id FOR UPDATE OF r SKIP LOCKED
  ), freed AS (
    DELETE FROM budget_reservations r USING ended e WHERE r.run_id = e.run_id AND r.budget_id = e.budget_id
    RETURNING r.budget_id, r.starts_at, r.amount, e.used
  ), sums AS (
    SELECT budget_id, starts_at, sum(amount) AS amount, sum(used) AS used FROM freed GROUP BY budget_id, starts_at
  ), held AS (
    SELECT w.budget_id, w.starts_at, sums.amount, sums.used
    FROM budget_windows w JOIN sums ON sums.budget_id = w.budget_id AND sums.starts_at = w.starts_at
    ORDER BY w.budget_id, w.starts_at FOR NO KEY UPDATE OF w
  )
  UPDATE budget_windows w SET reserved = w.reserved - held.amount, settled = w.settled + held.used
  FROM held WHERE w.budget_id = held.budget_id AND w.starts_at = held.starts_at
  RETURNING w.budget_id AS "budgetId", w.starts_at AS "startsAt", w.settled::float8, held.used::float8`;

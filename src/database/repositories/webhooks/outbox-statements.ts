import type { EventType } from '../../entities/operations/webhook.entity.js';

/** Whether any endpoint subscribes to an event type; without endpoints it costs a scan of an empty table. */
const isWanted = (type: string) =>
  `EXISTS (SELECT FROM webhook_endpoints WHERE disabled_at IS NULL AND ${type} = ANY(types))`;

/**
 * Part of a WITH: inserts an event for each row of a source, in the same transaction.
 * @param name of the part
 * @param event `type` in SQL, `userId` and `payload` as expressions over `from`
 */
export const writeEvent = (
  name: string,
  event: { type: string; userId: string; payload: string; from: string },
): string => `${name} AS (
    INSERT INTO outbox (id, type, user_id, payload)
    SELECT gen_random_uuid(), ${event.type}, ${event.userId}, ${event.payload} FROM ${event.from}
    WHERE ${isWanted(event.type)}
  )`;

/** A type as a literal of SQL. */
export const typeOf = (type: EventType): string => `'${type}'`;

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toInstant } from '../../../common/cursor.js';
import type { JsonObject } from '../../../common/json.js';
import type { DeliveryStatus, EventType } from '../../entities/operations/webhook.entity.js';
import { toSlice, type DeliveryPlace, type Slice } from '../page.js';

/** Events dispatched per statement. */
const BATCH = 200;
/** Lease in seconds; after it another process retries the delivery of a crashed one. */
const LEASE_SECONDS = 60;

/** A delivery that is due. */
export interface DueDelivery {
  id: string;
  endpointId: string;
  /** Including this one. */
  attempts: number;
  url: string;
  /** The current secret first. */
  secrets: string[];
  event: { id: string; type: EventType; at: Date; payload: JsonObject };
  /** The reply's text; null without one, or when the endpoint is not configured to receive it. */
  content: string | null;
}

/** Result of a delivery attempt. */
export interface Attempt {
  status: DeliveryStatus;
  /** Seconds until the next attempt of a pending delivery. */
  retryAfter: number;
  httpStatus: number | null;
  ms: number;
  responseHead: string | null;
  error: string | null;
}

/** A delivery as admins see it. */
export interface StoredDelivery {
  id: string;
  eventId: string;
  type: EventType;
  status: DeliveryStatus;
  attempts: number;
  httpStatus: number | null;
  ms: number | null;
  responseHead: string | null;
  error: string | null;
  /** Null for a finished delivery. */
  nextAt: Date | null;
  createdAt: Date;
  endedAt: Date | null;
}

/** Deliveries of events to endpoints. */
@Injectable()
export class WebhookDeliveriesRepository {
  constructor(private readonly source: DataSource) {}

  /** Gives each new event a delivery to every endpoint that wants it. */
  async fanOut(): Promise<void> {
    await this.source.query(
      `WITH news AS (
         SELECT id, type FROM outbox WHERE dispatched_at IS NULL ORDER BY at LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED
       ), made AS (
         INSERT INTO webhook_deliveries (id, endpoint_id, event_id)
         SELECT gen_random_uuid(), e.id, news.id FROM news JOIN webhook_endpoints e ON news.type = ANY(e.types) AND e.disabled_at IS NULL
         ON CONFLICT DO NOTHING
       )
       UPDATE outbox SET dispatched_at = now() FROM news WHERE outbox.id = news.id`,
    );
  }

  /** Claims due deliveries; other processes skip them until the lease expires. */
  async claim(limit: number): Promise<DueDelivery[]> {
    // $1 how many
    const [rows]: [DueDelivery[], number] = await this.source.query(
      `UPDATE webhook_deliveries d SET attempts = d.attempts + 1, next_at = now() + make_interval(secs => ${LEASE_SECONDS})
       FROM webhook_endpoints e, outbox o
       WHERE e.id = d.endpoint_id AND o.id = d.event_id AND d.id IN (
         SELECT due.id FROM webhook_deliveries due
         WHERE due.status = 'pending' AND due.next_at <= now() ORDER BY due.next_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
       )
       RETURNING d.id, d.endpoint_id AS "endpointId", d.attempts, e.url,
         array_remove(ARRAY[e.secret, CASE WHEN e.old_secret_until > now() THEN e.old_secret END], NULL) AS secrets,
         jsonb_build_object('id', o.id, 'type', o.type, 'at', o.at, 'payload', o.payload) AS event,
         CASE WHEN e.include_content AND o.type LIKE 'run.%' THEN (
           SELECT m.content FROM messages m
           WHERE m.run_id = (o.payload ->> 'run_id')::uuid AND m.role = 'assistant' LIMIT 1
         ) END AS content`,
      [limit],
    );
    return rows.map((row) => ({ ...row, event: { ...row.event, at: new Date(row.event.at) } }));
  }

  async record(id: string, attempt: Attempt): Promise<void> {
    const { status, retryAfter, httpStatus, ms, responseHead, error } = attempt;
    // $1 the delivery's id, $2 to $7 as `Attempt`
    await this.source.query(
      `UPDATE webhook_deliveries
       SET status = $2, next_at = now() + make_interval(secs => $3), http_status = $4, ms = $5, response_head = $6,
         error = $7, ended_at = CASE WHEN $2 <> 'pending' THEN now() END
       WHERE id = $1`,
      [id, status, retryAfter, httpStatus, ms, responseHead, error],
    );
  }

  /** Newest first. */
  async list(
    endpointId: string,
    page: { limit: number; cursor?: DeliveryPlace; status?: DeliveryStatus },
  ): Promise<Slice<StoredDelivery>> {
    // $1 the endpoint, $2 how many, $3 and $4 time and id of the row before the page or null, $5 the status or null
    const rows: (StoredDelivery & { place: string })[] = await this.source.query(
      `SELECT d.id, d.event_id AS "eventId", o.type, d.status, d.attempts, d.http_status AS "httpStatus", d.ms,
         d.response_head AS "responseHead", d.error, CASE WHEN d.status = 'pending' THEN d.next_at END AS "nextAt",
         d.created_at AS "createdAt", d.ended_at AS "endedAt", ${toInstant('d.created_at')} AS place
       FROM webhook_deliveries d JOIN outbox o ON o.id = d.event_id
       WHERE d.endpoint_id = $1 AND ($3::timestamptz IS NULL OR (d.created_at, d.id) < ($3, $4::uuid))
         AND ($5::text IS NULL OR d.status = $5)
       ORDER BY d.created_at DESC, d.id DESC LIMIT $2`,
      [endpointId, page.limit + 1, ...(page.cursor ?? [null, null]), page.status ?? null],
    );
    const { items, next } = toSlice(rows, page.limit, ({ place, id }) => [place, id]);
    return { items: items.map(({ place: _place, ...row }) => row), next };
  }

  /** Sends a delivery again, with all its attempts. @returns false when the endpoint has no such delivery */
  async redeliver(endpointId: string, id: string): Promise<boolean> {
    // $1 the delivery's id, $2 the endpoint
    const [, count]: [unknown, number] = await this.source.query(
      `UPDATE webhook_deliveries SET status = 'pending', attempts = 0, next_at = now(), ended_at = NULL
       WHERE id = $1 AND endpoint_id = $2`,
      [id, endpointId],
    );
    return count > 0;
  }
}

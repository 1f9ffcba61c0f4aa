import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { toInstant } from '../../../common/cursor.js';
import type { JsonObject } from '../../../common/json.js';
import {
  WebhookDelivery,
  type DeliveryStatus,
  type EventType,
} from '../../entities/operations/webhook.entity.js';
import { toSlice, type DeliveryCursor, type Slice } from '../page.js';

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
  private readonly deliveries: Repository<WebhookDelivery>;

  constructor(private readonly source: DataSource) {
    this.deliveries = source.getRepository(WebhookDelivery);
  }

  /** Gives each new event a delivery to every endpoint that subscribes to its type. */
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

  async record(id: string, { retryAfter, ...attempt }: Attempt): Promise<void> {
    await this.deliveries
      .createQueryBuilder()
      .update({
        ...attempt,
        nextAt: () => 'now() + make_interval(secs => :retryAfter)',
        endedAt: attempt.status === 'pending' ? null : () => 'now()',
      })
      .setParameters({ retryAfter })
      .where({ id })
      .execute();
  }

  /** Newest first. */
  async list(
    endpointId: string,
    page: { limit: number; cursor?: DeliveryCursor; status?: DeliveryStatus },
  ): Promise<Slice<StoredDelivery>> {
    const query = this.deliveries
      .createQueryBuilder('d')
      .innerJoin('d.event', 'event')
      .addSelect(['event.id', 'event.type'])
      .addSelect(toInstant('d.createdAt'), 'place')
      .where({ endpointId, ...(page.status && { status: page.status }) })
      .orderBy('d.createdAt', 'DESC')
      .addOrderBy('d.id', 'DESC')
      .limit(page.limit + 1);
    if (page.cursor) {
      const [at, id] = page.cursor;
      query.andWhere('(d.createdAt, d.id) < (:at::timestamptz, :id::uuid)', { at, id });
    }
    const { entities, raw } = await query.getRawAndEntities<{ place: string }>();
    const deliveries = entities.map((row) => ({
      ...row,
      type: row.event!.type,
      nextAt: row.status === 'pending' ? row.nextAt : null,
    }));
    return toSlice(deliveries, page.limit, ({ id }, i) => [raw[i]!.place, id]);
  }

  /** Sends a delivery again, with all its attempts. @returns false when the endpoint has no such delivery */
  async redeliver(endpointId: string, id: string): Promise<boolean> {
    const { affected } = await this.deliveries.update(
      { id, endpointId },
      { status: 'pending', attempts: 0, nextAt: () => 'now()', endedAt: null },
    );
    return Boolean(affected);
  }
}

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../common/logger.js';
import { reasonOf } from '../common/startup.js';
import {
  WebhookDeliveriesRepository,
  type DueDelivery,
} from '../database/repositories/webhooks/webhook-deliveries.repository.js';
import { WebhookEndpointsRepository } from '../database/repositories/webhooks/webhook-endpoints.repository.js';
import { WebhookSender } from './webhook-sender.js';

const POLL_MS = 1_000;
/** Requests under way at once; a slow endpoint holds up its own deliveries and leaves room for others. */
const MAX_AT_ONCE = 16;
const GONE = 410;

/** Sends the events of the outbox to subscribed endpoints, with retries until they are accepted. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private timer?: NodeJS.Timeout;
  private polling: Promise<void> | null = null;
  private readonly sending = new Set<Promise<void>>();
  private isLeaving = false;
  private hasFailed = false;

  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly sender: WebhookSender,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.poll(), POLL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isLeaving = true;
    clearInterval(this.timer);
    await this.polling;
    await Promise.all(this.sending);
  }

  private poll(): void {
    this.polling ??= this.dispatch().finally(() => (this.polling = null));
  }

  private async dispatch(): Promise<void> {
    try {
      await this.deliveries.fanOut();
      for (let room = this.room; room > 0; room = this.room) {
        const due = await this.deliveries.claim(room);
        for (const delivery of due) this.begin(delivery);
        if (due.length < room) break;
      }
      this.hasFailed = false;
    } catch (error) {
      if (!this.hasFailed)
        this.logger.warn(
          { reason: reasonOf(error) },
          'webhook events could not be dispatched; the next sweep tries again',
        );
      this.hasFailed = true;
    }
  }

  private get room(): number {
    return this.isLeaving ? 0 : MAX_AT_ONCE - this.sending.size;
  }

  private begin(delivery: DueDelivery): void {
    const sending = this.send(delivery).finally(() => this.sending.delete(sending));
    this.sending.add(sending);
  }

  private async send(delivery: DueDelivery): Promise<void> {
    const attempt = await this.sender.send(delivery);
    try {
      await this.deliveries.record(delivery.id, attempt);
      if (attempt.httpStatus === GONE) {
        const change = { disabledAt: new Date(), disabledReason: 'The endpoint answered 410.' };
        await this.endpoints.change(delivery.endpointId, change);
      }
    } catch (error) {
      // Its lease expires, and it is sent again: receivers detect duplicates by its id.
      this.logger.warn(
        { reason: reasonOf(error), deliveryId: delivery.id },
        'a delivery could not be recorded',
      );
    }
  }
}

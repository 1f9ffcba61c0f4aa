import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { InvalidInput, notFound } from '../common/errors.js';
import { Config } from '../config/config.js';
import type { WebhookEndpoint } from '../database/entities/operations/webhook.entity.js';
import type { Slice } from '../database/repositories/page.js';
import {
  WebhookDeliveriesRepository,
  type StoredDelivery,
} from '../database/repositories/webhooks/webhook-deliveries.repository.js';
import { WebhookEndpointsRepository } from '../database/repositories/webhooks/webhook-endpoints.repository.js';
import { PublicHosts } from '../common/http/public-address.js';
import type {
  deliveryPageSchema,
  newWebhookSchema,
  webhookPageSchema,
  webhookUpdateSchema,
} from './schemas.js';
import { newWebhookSecret } from './signature.js';

/** How long the secret before it signs too. */
const OVERLAP_SECONDS = 86_400;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Endpoints of webhooks as admins see and change them. */
@Injectable()
export class WebhooksService {
  private readonly hosts: PublicHosts;

  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    { env }: Config,
  ) {
    this.hosts = new PublicHosts(env.WEBHOOK_PRIVATE_HOSTS ?? [], 'WEBHOOK_PRIVATE_HOSTS');
  }

  list(page: z.output<typeof webhookPageSchema>): Promise<Slice<WebhookEndpoint>> {
    return this.endpoints.list(page);
  }

  /** @throws InvalidInput for an address that is not public */
  async create(body: z.output<typeof newWebhookSchema>): Promise<WebhookEndpoint> {
    const { url, types, description = null, include_content: includeContent } = body;
    this.refusePrivate(url);
    return this.endpoints.add({ url, types, description, includeContent, secret: newWebhookSecret() });
  }

  /** @throws ParleyError `not-found` */
  async get(id: string): Promise<WebhookEndpoint> {
    const endpoint = UUID.test(id) ? await this.endpoints.find(id) : null;
    if (!endpoint) throw notFound('Webhook not found');
    return endpoint;
  }

  /** @throws ParleyError `not-found`; InvalidInput for an address that is not public */
  async change(id: string, body: z.output<typeof webhookUpdateSchema>): Promise<WebhookEndpoint> {
    await this.get(id);
    const { url, types, description, include_content: includeContent, is_active: isActive } = body;
    if (url !== undefined) this.refusePrivate(url);
    await this.endpoints.change(id, {
      ...(url !== undefined && { url }),
      ...(types && { types }),
      ...(description !== undefined && { description }),
      ...(includeContent !== undefined && { includeContent }),
      ...(isActive === true && { disabledAt: null, disabledReason: null }),
      ...(isActive === false && { disabledAt: new Date(), disabledReason: 'By an admin.' }),
    });
    return this.get(id);
  }

  /** @throws ParleyError `not-found` */
  async rotate(id: string): Promise<{ secret: string; oldUntil: Date }> {
    await this.get(id);
    const secret = newWebhookSecret();
    await this.endpoints.rotate(id, secret, OVERLAP_SECONDS);
    return { secret, oldUntil: new Date(Date.now() + OVERLAP_SECONDS * 1_000) };
  }

  /** @throws ParleyError `not-found` */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.endpoints.delete(id);
  }

  /** @throws ParleyError `not-found` */
  async listDeliveries(
    id: string,
    page: z.output<typeof deliveryPageSchema>,
  ): Promise<Slice<StoredDelivery>> {
    await this.get(id);
    return this.deliveries.list(id, page);
  }

  /** @throws ParleyError `not-found` */
  async redeliver(id: string, deliveryId: string): Promise<void> {
    await this.get(id);
    if (!UUID.test(deliveryId) || !(await this.deliveries.redeliver(id, deliveryId)))
      throw notFound('Delivery not found');
  }

  /** Names are checked when they are resolved, since their addresses may change. */
  private refusePrivate(url: string): void {
    try {
      this.hosts.check(new URL(url));
    } catch (error) {
      const msg = (error as Error).message;
      throw new InvalidInput([{ type: 'value_error', loc: ['body', 'url'], msg, input: url }]);
    }
  }
}

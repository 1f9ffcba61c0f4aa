import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { WebhookEndpoint } from '../../entities/operations/webhook.entity.js';
import { toSlice, type Slice, type WebhookCursor } from '../page.js';

export type NewEndpoint = Pick<
  WebhookEndpoint,
  'url' | 'description' | 'types' | 'includeContent' | 'secret'
>;
export type EndpointChange = Partial<
  Pick<WebhookEndpoint, 'url' | 'description' | 'types' | 'includeContent' | 'disabledAt' | 'disabledReason'>
>;

/** Webhook endpoints. */
@Injectable()
export class WebhookEndpointsRepository {
  private readonly endpoints: Repository<WebhookEndpoint>;

  constructor(source: DataSource) {
    this.endpoints = source.getRepository(WebhookEndpoint);
  }

  async add(endpoint: NewEndpoint): Promise<WebhookEndpoint> {
    const id = uuidv7();
    await this.endpoints.insert({ id, ...endpoint });
    return this.endpoints.findOneByOrFail({ id });
  }

  /** Oldest first. */
  async list(page: { limit: number; cursor?: WebhookCursor }): Promise<Slice<WebhookEndpoint>> {
    const rows = await this.endpoints.find({
      where: page.cursor ? { id: MoreThan(page.cursor[0]) } : {},
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return toSlice(rows, page.limit, ({ id }) => [id]);
  }

  find(id: string): Promise<WebhookEndpoint | null> {
    return this.endpoints.findOneBy({ id });
  }

  async change(id: string, change: EndpointChange): Promise<void> {
    if (Object.keys(change).length > 0) await this.endpoints.update({ id }, change);
  }

  /** Rotates the secret; the previous one also signs during the overlap. */
  async rotate(id: string, secret: string, overlapSeconds: number): Promise<void> {
    await this.endpoints.update(
      { id },
      {
        secret,
        oldSecret: () => 'secret',
        oldSecretUntil: () => `now() + make_interval(secs => ${overlapSeconds})`,
      },
    );
  }

  /** @returns false when it does not exist */
  async delete(id: string): Promise<boolean> {
    return Boolean((await this.endpoints.delete({ id })).affected);
  }
}

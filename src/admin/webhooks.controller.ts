import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AdminOnly } from '../auth/access.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import {
  createdWebhookSchema,
  deliveriesSchema,
  deliveryPageSchema,
  newWebhookSchema,
  toDelivery,
  toWebhook,
  webhookPageSchema,
  webhookSchema,
  webhookSecretSchema,
  webhooksSchema,
  webhookUpdateSchema,
} from '../webhooks/schemas.js';
import { WebhooksService } from '../webhooks/webhooks.service.js';

/** Webhook endpoints and their deliveries. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/webhooks')
export class AdminWebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @ApiOperation({ summary: 'List webhooks, oldest first' })
  @ApiAnswer(200, webhooksSchema)
  @ApiErrors(403, 422)
  async listWebhooks(@Query({ schema: webhookPageSchema }) page: z.output<typeof webhookPageSchema>) {
    const { items, next } = await this.webhooks.list(page);
    return { items: items.map(toWebhook), next };
  }

  @Post()
  @ApiOperation({
    summary: 'Create a webhook',
    description:
      'Events are sent as `{id, type, created_at, data}`, signed as Standard Webhooks has it. `data` has ids and states, ' +
      'no texts unless `include_content`. An event that is not accepted is sent again after 5 seconds, 5 and 30 minutes, 2, 5, ' +
      '10 and 24 hours; 410 deactivates the webhook. Redirects are not followed.',
  })
  @ApiAnswer(201, createdWebhookSchema)
  @ApiErrors(403, 422)
  async createWebhook(@Body({ schema: newWebhookSchema }) body: z.output<typeof newWebhookSchema>) {
    const endpoint = await this.webhooks.create(body);
    return { ...toWebhook(endpoint), secret: endpoint.secret };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a webhook' })
  @ApiAnswer(200, webhookSchema)
  @ApiErrors(403, 404)
  async getWebhook(@Param('id') id: string) {
    return toWebhook(await this.webhooks.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a webhook, activate or deactivate it' })
  @ApiAnswer(200, webhookSchema)
  @ApiErrors(403, 404, 422)
  async updateWebhook(
    @Param('id') id: string,
    @Body({ schema: webhookUpdateSchema }) body: z.output<typeof webhookUpdateSchema>,
  ) {
    return toWebhook(await this.webhooks.change(id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook with its deliveries' })
  @ApiAnswer(204)
  @ApiErrors(403, 404)
  async deleteWebhook(@Param('id') id: string): Promise<void> {
    await this.webhooks.delete(id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Replace the secret of a webhook',
    description: 'For the next 24 hours events are signed with both secrets.',
  })
  @ApiAnswer(200, webhookSecretSchema)
  @ApiErrors(403, 404)
  async refreshWebhookSecret(@Param('id') id: string) {
    const { secret, oldUntil } = await this.webhooks.rotate(id);
    return { secret, old_secret_until: oldUntil.toISOString() };
  }

  @Get(':id/deliveries')
  @ApiOperation({ summary: 'List deliveries of a webhook, newest first' })
  @ApiAnswer(200, deliveriesSchema)
  @ApiErrors(403, 404, 422)
  async listWebhookDeliveries(
    @Param('id') id: string,
    @Query({ schema: deliveryPageSchema }) page: z.output<typeof deliveryPageSchema>,
  ) {
    const { items, next } = await this.webhooks.listDeliveries(id, page);
    return { items: items.map(toDelivery), next };
  }

  @Post(':id/deliveries/:delivery_id/redeliver')
  @HttpCode(204)
  @ApiOperation({ summary: 'Redeliver an event' })
  @ApiAnswer(204)
  @ApiErrors(403, 404)
  async sendWebhookAgain(@Param('id') id: string, @Param('delivery_id') deliveryId: string): Promise<void> {
    await this.webhooks.redeliver(id, deliveryId);
  }
}

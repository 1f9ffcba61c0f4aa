import { Module } from '@nestjs/common';
import { WebhookDispatcher } from './webhook-dispatcher.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksService } from './webhooks.service.js';

/** Sends events to other servers. */
@Module({ providers: [WebhooksService, WebhookDispatcher, WebhookSender], exports: [WebhooksService] })
export class WebhooksModule {}

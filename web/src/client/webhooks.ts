// Webhook endpoints and their deliveries.

import type { Page } from './api.js';
import { send, sendJson } from './http.js';

export const EVENT_TYPES = [
  'run.completed',
  'run.failed',
  'run.waiting',
  'attachment.indexed',
  'attachment.failed',
  'budget.reached',
  'eval.completed',
] as const;

export interface Webhook {
  id: string;
  url: string;
  types: string[];
  is_active: boolean;
  disabled_reason: string | null;
}

export interface NewWebhook {
  url: string;
  types: string[];
  include_content: boolean;
}

export interface Delivery {
  id: string;
  type: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  http_status: number | null;
  response_head: string | null;
  error: string | null;
  next_at: string | null;
  created_at: string;
}

const after = (cursor?: string) => (cursor ? `?cursor=${encodeURIComponent(cursor)}` : '');

export const listWebhooks = (cursor?: string) => sendJson<Page<Webhook>>(`/admin/webhooks${after(cursor)}`);
/** @returns the secret, which is not shown again */
export const createWebhook = (webhook: NewWebhook) =>
  sendJson<{ secret: string }>('/admin/webhooks', { body: webhook });
export const setWebhookActive = (id: string, active: boolean) =>
  sendJson<Webhook>(`/admin/webhooks/${id}`, { method: 'PATCH', body: { is_active: active } });
export const deleteWebhook = (id: string) => send(`/admin/webhooks/${id}`, { method: 'DELETE' });
export const listDeliveries = (id: string, cursor?: string) =>
  sendJson<Page<Delivery>>(`/admin/webhooks/${id}/deliveries${after(cursor)}`);
export const redeliver = (id: string, deliveryId: string) =>
  send(`/admin/webhooks/${id}/deliveries/${deliveryId}/redeliver`, { method: 'POST' });

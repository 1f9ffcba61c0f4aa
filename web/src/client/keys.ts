// One's own API keys and use of models.

import { send, sendJson } from './http.js';
import type { Page } from './api.js';

export interface ApiKey {
  id: string;
  name: string;
  /** The first characters of the secret. */
  prefix: string;
  scopes: string[];
  expires_at: string | null;
  last_used_at: string | null;
}

export interface NewApiKey {
  name: string;
  scopes: string[];
  expires_at: string | null;
}

export const USAGE_GROUPS = ['day', 'agent', 'model', 'key'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Sums of the last 30 days. */
export interface Usage {
  group: string | null;
  runs: number;
  input_tokens: number;
  output_tokens: number;
}

export const listApiKeys = () => sendJson<{ items: ApiKey[] }>('/users/me/keys');
/** @returns the secret, which is not to be had again */
export const createApiKey = (key: NewApiKey) => sendJson<{ key: string }>('/users/me/keys', { body: key });
export const deleteApiKey = (id: string) => send(`/users/me/keys/${id}`, { method: 'DELETE' });
export const listUsage = (by: UsageGroup) => sendJson<Page<Usage>>(`/usage?by=${by}`);

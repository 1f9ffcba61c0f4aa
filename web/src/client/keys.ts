// One's own API keys, memories and use of models.

import { send, sendJson, withQuery } from './http.js';
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

/** The sum of a group of runs. */
export interface Usage {
  group: string | null;
  /** Address of the account, for sums by account. */
  email?: string | null;
  runs: number;
  input_tokens: number;
  output_tokens: number;
}

/** A fact about the user that stands in their prompts. */
export interface Memory {
  id: string;
  content: string;
  created_at: string;
}

/** `enabled` is false where the server uses none. */
export const listMemories = (cursor?: string) =>
  sendJson<Page<Memory> & { enabled: boolean }>(withQuery('/memories', { cursor }));
export const createMemory = (content: string) => sendJson<Memory>('/memories', { body: { content } });
export const deleteMemory = (id: string) => send(`/memories/${id}`, { method: 'DELETE' });

export const listApiKeys = () => sendJson<{ items: ApiKey[] }>('/users/me/keys');
/** @returns the secret, which is not stored */
export const createApiKey = (key: NewApiKey) => sendJson<{ key: string }>('/users/me/keys', { body: key });
export const deleteApiKey = (id: string) => send(`/users/me/keys/${id}`, { method: 'DELETE' });
/** Sums of the last 30 days. */
export const listUsage = (by: UsageGroup, cursor?: string) =>
  sendJson<Page<Usage>>(withQuery('/usage', { by, cursor }));

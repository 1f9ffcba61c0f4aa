// The routes of operators.

import type { Attachment, Page, Rating } from './api.js';
import { send, sendJson, withQuery } from './http.js';
import { USAGE_GROUPS, type Usage } from './keys.js';

export const listAllUploads = (filters: object) =>
  sendJson<Page<Attachment> & { total: number }>('/admin/uploads', { body: filters });
export const reindex = (id?: string) =>
  sendJson<{ count?: number }>('/admin/ingest', {
    method: 'POST',
    body: id ? { attachment_id: id } : undefined,
  });
export const reloadIndex = () =>
  sendJson<{ collection: string; points: number; documents: number }>('/admin/reload', { method: 'POST' });
export const syncMaterials = () =>
  sendJson<{ ingest: { indexed: number; skipped: number; deleted: number } }>(
    '/admin/training-materials/sync',
    {
      body: {},
    },
  );
export const readiness = () =>
  sendJson<{ status: string; missing: string[]; warnings: string[] }>('/health/ready', {
    isPublic: true,
    isQuiet: true,
  });

export interface AdminUser {
  id: string;
  email: string;
  groups: string[];
  is_active: boolean;
  created_at: string;
}

export interface AuditEvent {
  id: string;
  at: string;
  action: string;
  outcome: 'ok' | 'refused' | 'failed';
  actor_id: string | null;
  subject_id: string | null;
  subject_name: string | null;
  address: string | null;
}

/** Filters of audit events; empty ones are ignored. */
export interface AuditFilters {
  action?: string;
  outcome?: string;
  actor_id?: string;
  subject_id?: string;
}

export interface RunInProgress {
  run_id: string;
  email: string;
  agent: string;
  status: 'queued' | 'streaming' | 'waiting';
  created_at: string;
}

export interface QueueStatus {
  /** Jobs; null while Redis is unavailable. */
  queue: { waiting: number; active: number; delayed: number } | null;
  /** Attachments that are not indexed. */
  outbox: { pending: number; indexing: number; failed: number; deleted: number; oldest_at: string | null };
}

export const ALL_USAGE_GROUPS = [...USAGE_GROUPS, 'user'] as const;
export type AllUsageGroup = (typeof ALL_USAGE_GROUPS)[number];

export interface RatedReply {
  message_id: string;
  agent: string;
  run_id: string | null;
  rating: Rating;
  comment: string | null;
  updated_at: string;
}

export interface ModelStatus {
  address: string | null;
  warnings: string[];
  failures: { created_at: string; code: string; message: string; detail: string | null }[];
}

export const BUDGET_SUBJECTS = ['user', 'group', 'key', 'all'] as const;
export const BUDGET_UNITS = ['runs', 'tokens'] as const;
export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;

export interface NewBudget {
  subject_type: (typeof BUDGET_SUBJECTS)[number];
  subject_id: string | null;
  unit: (typeof BUDGET_UNITS)[number];
  period: (typeof BUDGET_PERIODS)[number];
  amount: number;
}

export interface Budget extends NewBudget {
  id: string;
  used: number;
  reserved: number;
  resets_at: string | null;
}

/** Retention periods, and the number of items the next sweep deletes. */
export interface Retention {
  next_sweep_at: string;
  items: { what: 'conversations' | 'usage' | 'audit' | 'webhooks'; days: number | null; removes: number }[];
}

export const listUsers = (q: string, cursor?: string) =>
  sendJson<Page<AdminUser>>(withQuery('/admin/users', { q, cursor }));
export const setUserActive = (id: string, active: boolean) =>
  sendJson<AdminUser>(`/admin/users/${id}`, { method: 'PATCH', body: { is_active: active } });
export const createResetToken = (id: string) =>
  sendJson<{ token: string; expires_at: string }>(`/admin/users/${id}/reset-token`, { method: 'POST' });
export const listAuditEvents = (filters: AuditFilters, cursor?: string) =>
  sendJson<Page<AuditEvent>>(withQuery('/admin/audit', { ...filters, cursor }));
export const listFeedback = (rating: string, cursor?: string) =>
  sendJson<Page<RatedReply>>(withQuery('/admin/feedback', { rating, cursor }));
export const modelStatus = () => sendJson<ModelStatus>('/admin/model');
export const listRunsInProgress = (cursor?: string) =>
  sendJson<Page<RunInProgress>>(withQuery('/admin/runs', { cursor }), { isQuiet: true });
export const stopRunAsAdmin = (id: string) =>
  sendJson<{ status: string }>(`/admin/runs/${id}/stop`, { method: 'POST' });
export const queueStatus = () => sendJson<QueueStatus>('/admin/queue', { isQuiet: true });
export const retryFailed = () => sendJson<{ count: number }>('/admin/queue/retry', { method: 'POST' });
/** @param from the first day */
export const listAllUsage = (by: AllUsageGroup, from: string, cursor?: string) =>
  sendJson<Page<Usage>>(withQuery('/admin/usage', { by, from, cursor }));
export const listBudgets = (cursor?: string) =>
  sendJson<Page<Budget>>(withQuery('/admin/budgets', { cursor }));
export const setBudget = (budget: NewBudget) =>
  sendJson<Budget>('/admin/budgets', { method: 'PUT', body: budget });
export const deleteBudget = (id: string) => send(`/admin/budgets/${id}`, { method: 'DELETE' });
export const retention = () => sendJson<Retention>('/admin/retention');

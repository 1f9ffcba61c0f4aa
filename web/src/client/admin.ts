// The routes of operators.

import type { Attachment, Page, Rating } from './api.js';
import { sendJson } from './http.js';

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
  address: string | null;
}

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
  failures: { created_at: number; code: string; message: string; detail: string | null }[];
}

/** A path with those of its parameters that are not empty. */
const withQuery = (path: string, query: Record<string, string | undefined>) => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `${path}?${new URLSearchParams(given).toString()}`;
};

export const listUsers = (q: string, cursor?: string) =>
  sendJson<Page<AdminUser>>(withQuery('/admin/users', { q, cursor }));
export const setUserActive = (id: string, active: boolean) =>
  sendJson<AdminUser>(`/admin/users/${id}`, { method: 'PATCH', body: { is_active: active } });
export const createResetToken = (id: string) =>
  sendJson<{ token: string; expires_at: string }>(`/admin/users/${id}/reset-token`, { method: 'POST' });
export const listAuditEvents = (cursor?: string) =>
  sendJson<Page<AuditEvent>>(withQuery('/admin/audit', { cursor }));
export const listFeedback = (rating: string, cursor?: string) =>
  sendJson<Page<RatedReply>>(withQuery('/admin/feedback', { rating, cursor }));
export const modelStatus = () => sendJson<ModelStatus>('/admin/model');

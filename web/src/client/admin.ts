// The routes of operators.

import type { Attachment, Page } from './api.js';
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

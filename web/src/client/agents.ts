// Agents as admins manage them, and their versions.

import type { Page } from './api.js';
import { send, sendJson, withQuery } from './http.js';

/** Tools that every deployment has; others are of MCP servers, `mcp:SERVER` or `mcp:SERVER/TOOL`. */
export const TOOLS = [
  'tables',
  'search_documents',
  'query_table',
  'calculator',
  'current_time',
  'web_fetch',
  'web_search',
  'ask_agent',
  'remember',
] as const;
export const RETRIEVALS = ['all', 'own', 'system', 'none'] as const;

/** How an agent answers, as in the YAML files. */
export interface Definition {
  label: string;
  description: string;
  prompt: string;
  order?: number;
  model?: string;
  context_tokens?: number;
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  stop?: string[];
  reasoning_effort?: string;
  retrieval?: (typeof RETRIEVALS)[number];
  documents?: string[];
  tools?: string[];
  approval?: string[];
  greeting?: string;
  starters?: string[];
}

export interface ListedAgent {
  id: string;
  label: string;
  description: string;
  source: 'api' | 'file' | 'code';
  is_enabled: boolean;
  version: number | null;
  changed_at: string | null;
  problem: string | null;
}

export interface AdminAgent extends Omit<ListedAgent, 'label' | 'description'> {
  definition: Definition | null;
}

export interface AgentVersion {
  version: number;
  label: string;
  created_at: string;
  author_id: string | null;
  restored_from: number | null;
}

const path = (id: string) => `/admin/agents/${encodeURIComponent(id)}`;

export const listAdminAgents = (cursor?: string) =>
  sendJson<Page<ListedAgent>>(withQuery('/admin/agents', { cursor }));
export const getAgent = (id: string) => sendJson<AdminAgent>(path(id));
export const createAgent = (agent: Definition & { id: string }) =>
  sendJson<AdminAgent>('/admin/agents', { body: agent });
/** @param seen the version that was changed; 409 when it is no longer the current one */
export const editAgent = (id: string, definition: Definition, seen: number) =>
  sendJson<AdminAgent>(path(id), { method: 'PUT', body: definition, headers: { 'If-Match': `"${seen}"` } });
export const setAgentEnabled = (id: string, isEnabled: boolean) =>
  sendJson<AdminAgent>(path(id), { method: 'PATCH', body: { is_enabled: isEnabled } });
export const deleteAgent = (id: string) => send(path(id), { method: 'DELETE' });
export const listVersions = (id: string, cursor?: string) =>
  sendJson<Page<AgentVersion>>(withQuery(`${path(id)}/versions`, { cursor }));
export const getVersion = (id: string, version: number) =>
  sendJson<AgentVersion & { definition: Definition }>(`${path(id)}/versions/${version}`);
export const rollBack = (id: string, version: number) =>
  sendJson<AdminAgent>(`${path(id)}/rollback`, { body: { version } });

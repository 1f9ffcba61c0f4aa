// The routes that the console uses, and the shapes it relies on.

import { HttpError, send, sendJson, withQuery } from './http.js';

export interface Source {
  source: string;
  title: string;
  text: string;
  score: number;
  metadata: {
    document_id?: string;
    title?: string;
    page?: number | null;
    heading?: string | null;
    start?: number;
    end?: number;
    quote?: string;
  };
}

export interface ConversationEntry {
  id: string;
  title: string | null;
  last_message_at: number;
  message_count: number;
  last_snippet: string | null;
  pinned?: boolean;
}

/** A call of a tool that a reply rests on. */
export interface StoredToolCall {
  id: string;
  name: string;
  status: 'done' | 'failed' | 'rejected' | 'stopped';
  input: unknown;
  output?: unknown;
  error?: string;
  ms?: number;
}

export interface StoredMessage {
  id: string;
  role: 'user' | 'assistant';
  content: string;
  created_at: number;
  finish_reason?: 'length' | 'content_filter' | 'error';
  sources?: Source[];
  tool_calls?: StoredToolCall[];
  /** Messages with the same parent, oldest first, itself included. */
  siblings: string[];
  is_shown: boolean;
  run_id: string | null;
  rating: Rating | null;
}

export type Rating = 1 | -1;

/** A search result. */
export interface FoundMessage {
  conversation_id: string;
  message_id: string;
  title: string | null;
  snippet: { text: string; marks: [number, number][] };
}

export interface Agent {
  label: string;
  desc: string;
  greeting?: string;
  starters?: string[];
}

export interface Attachment {
  id: string;
  scope: 'user' | 'system';
  owner_user_id: string | null;
  filename: string;
  content_type: string;
  size_bytes: number;
  status: 'pending' | 'indexing' | 'indexed' | 'failed';
  error: string | null;
  warnings: string[];
  revision: number;
  chunk_count: number;
  chunks_embedded: number;
  caption: string | null;
  created_at: number;
}

/** A decision about a pending tool call. */
export interface Decision {
  decision: 'approve' | 'reject' | 'edit';
  /** Replaces the model's input. */
  input?: Record<string, unknown>;
  /** Approves further calls of the tool in the conversation. */
  always?: boolean;
}

export interface Run {
  run_id: string;
  status: 'queued' | 'streaming' | 'waiting' | 'complete' | 'interrupted' | 'cancelled' | 'failed';
  reply: string;
  error: { code: string; message: string } | null;
}

export interface Film {
  rag_title: string;
  rag_year: number | null;
  rag_director: string | null;
  rag_genre: string[];
  rag_cast: string[];
  rag_plot: string | null;
  imdb_id: string | null;
  imdb_rating: number | null;
  confidence: number;
}

/** A row of a conversation's running table, computed by agents: a line of Markdown with its kind. */
export interface RunningRow {
  rowid: number;
  type: string;
  description: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** Stands for the earlier messages of the selected branch in prompts. */
export interface StoredSummary {
  content: string;
  last_message_id: string;
}

const at = (id: string) => encodeURIComponent(id);

export const listAgents = () => sendJson<Agent[]>('/agents');

/** @param pinned which of them */
export const listConversations = (pinned: boolean, cursor?: string) =>
  sendJson<Page<ConversationEntry>>(
    withQuery('/conversations', { limit: '100', pinned: String(pinned), cursor }),
    { isQuiet: true },
  );

export const searchMessages = (words: string, signal: AbortSignal) =>
  sendJson<Page<FoundMessage>>(`/conversations/search?limit=20&q=${at(words)}`, { signal });

export const renameConversation = (id: string, title: string) =>
  send(`/conversations/${at(id)}`, { method: 'PATCH', body: { title } });

export const pinConversation = (id: string, pinned: boolean) =>
  send(`/conversations/${at(id)}`, { method: 'PATCH', body: { pinned } });

export const deleteConversation = (id: string) => send(`/conversations/${at(id)}`, { method: 'DELETE' });

/** The newest messages of all branches, oldest first; earlier ones by cursor. */
export const listMessages = (
  id: string,
  { cursor, limit = 100, isQuiet }: { cursor?: string; limit?: number; isQuiet?: boolean },
) =>
  sendJson<{ messages: StoredMessage[]; summary?: StoredSummary; next: string | null }>(
    `/conversations/${at(id)}/messages?tree=1&limit=${limit}${cursor ? `&cursor=${at(cursor)}` : ''}`,
    { isQuiet },
  );

const branch = (
  id: string,
  messageId: string,
  verb: string,
  body: object,
  key: string,
  signal: AbortSignal,
) =>
  send(`/conversations/${at(id)}/messages/${at(messageId)}/${verb}`, {
    body,
    headers: { 'Idempotency-Key': key },
    signal,
  });

/** Regenerates a reply, as a sibling of the existing one. */
export const regenerateReply = (
  id: string,
  messageId: string,
  body: { agent?: string },
  key: string,
  signal: AbortSignal,
) => branch(id, messageId, 'regenerate', body, key, signal);

/** Edits a message: the new text is answered in a sibling branch. */
export const editMessage = (
  id: string,
  messageId: string,
  body: { message: string; agent?: string },
  key: string,
  signal: AbortSignal,
) => branch(id, messageId, 'edit', body, key, signal);

/** Shows the newest branch below a message. */
export const selectBranch = (id: string, messageId: string) =>
  send(`/conversations/${at(id)}/head`, { method: 'PUT', body: { message_id: messageId, follow: true } });

/** @param rating null to remove it */
export const rateReply = (messageId: string, rating: Rating | null, comment?: string) =>
  rating === null
    ? send(`/messages/${at(messageId)}/feedback`, { method: 'DELETE' })
    : send(`/messages/${at(messageId)}/feedback`, { method: 'PUT', body: { rating, comment } });

export interface NewMessage {
  message: string;
  conversation_id: string;
  agent?: string;
  attachment_ids?: string[];
}

export const postMessage = (body: NewMessage, key: string, signal: AbortSignal) =>
  send('/chat', {
    body: { ...body, include_citations: true, include_reasoning: true },
    headers: { 'Idempotency-Key': key },
    signal,
  });

export const joinAnswer = (conversationId: string, signal: AbortSignal) =>
  send(`/chat/${at(conversationId)}/stream?as=rag-assistant`, { signal, isQuiet: true });

export const resumeRun = (runId: string, after: string, signal: AbortSignal) =>
  send(`/runs/${at(runId)}/stream?as=rag-assistant`, {
    headers: after ? { 'Last-Event-ID': after } : {},
    signal,
  });

export const continueRun = (runId: string, key: string, signal: AbortSignal) =>
  send(`/runs/${at(runId)}/continue`, { method: 'POST', headers: { 'Idempotency-Key': key }, signal });

/** A call that was decided in another tab, or has expired, is no error: the stream of the run has the outcome. */
export async function decideApproval(runId: string, approvalId: string, body: Decision): Promise<void> {
  try {
    await send(`/runs/${at(runId)}/approvals/${at(approvalId)}`, { body: { ...body } });
  } catch (error) {
    if (!(error instanceof HttpError && error.status === 409)) throw error;
  }
}

export const stopAnswer = (conversationId: string) =>
  sendJson<Run>(`/chat/${at(conversationId)}/stop`, { method: 'POST' });

export const runningTable = (conversationId: string) =>
  sendJson<RunningRow[]>(`/db/${at(conversationId)}`, { isQuiet: true });

export const getRun = (runId: string) => sendJson<Run>(`/runs/${at(runId)}`, { isQuiet: true });

/** Candidates and film of an answer of the Movie Finder, which are on its own wire alone. */
export async function filmsOfRun(runId: string): Promise<{ candidates: Film[]; confirmed: Film | null }> {
  const response = await send(`/runs/${at(runId)}/stream?as=movie-finder`, { isQuiet: true });
  const text = response.status === 204 ? '' : await response.text();
  const last = text.split('\n').findLast((line) => line.startsWith('data: {"type":"done"'));
  const done = last ? (JSON.parse(last.slice(6)) as { candidates?: Film[]; confirmed_movie?: Film }) : {};
  return { candidates: done.candidates ?? [], confirmed: done.confirmed_movie ?? null };
}

export const listAttachments = () => sendJson<Page<Attachment>>('/attachments?limit=200');
export const getAttachment = (id: string) =>
  sendJson<Attachment>(`/attachments/${at(id)}`, { isQuiet: true });
export const deleteAttachment = (id: string) => send(`/attachments/${at(id)}`, { method: 'DELETE' });
export const attachmentText = async (id: string) => (await send(`/attachments/${at(id)}/text`)).text();
export const attachmentBytes = async (id: string) => (await send(`/attachments/${at(id)}/raw`)).arrayBuffer();

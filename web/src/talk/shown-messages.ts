// View models of messages: stored messages with data that only this tab has.

import type { Rating, StoredMessage, StoredToolCall } from '../client/api.js';
import { newAnswer, type Answer, type ToolCard } from './answer.js';

export interface ShownMessage {
  /** React key, stable from the first token to the stored message. */
  key: string;
  /** Null before it is stored. */
  id: string | null;
  role: 'user' | 'assistant';
  text: string;
  at: Date;
  /** Set for an answer. */
  answer?: Answer;
  /** Names of the files that went with a question. */
  files?: readonly string[];
  /** Ids of all versions of this message, including itself, oldest first. */
  siblings: readonly string[];
  rating: Rating | null;
}

export const newQuestion = (key: string, text: string, files: readonly string[] = []): ShownMessage => ({
  key,
  id: null,
  role: 'user',
  text,
  at: new Date(),
  files,
  siblings: [],
  rating: null,
});

export const newReply = (text = ''): ShownMessage => ({
  key: crypto.randomUUID(),
  id: null,
  role: 'assistant',
  text: '',
  at: new Date(),
  answer: { ...newAnswer(), text },
  siblings: [],
  rating: null,
});

export function toShown(stored: StoredMessage): ShownMessage {
  const { id, role, content, created_at, finish_reason, sources = [], siblings, run_id, rating } = stored;
  const tools = (stored.tool_calls ?? []).map(toCard);
  const message = { key: id, id, role, text: '', at: new Date(created_at * 1000), siblings, rating };
  if (role === 'user') return { ...message, text: content };
  const cut = finish_reason === 'length' || finish_reason === 'content_filter' ? finish_reason : null;
  const status = finish_reason === 'error' ? 'interrupted' : 'complete';
  return { ...message, answer: { ...newAnswer(run_id), status, text: content, sources, tools, cut } };
}

const toCard = ({ status, ...call }: StoredToolCall): ToolCard => ({
  ...call,
  phase: status === 'done' ? 'done' : 'failed',
});

/** Answers are matched by run: stored text may differ from the streamed text in trailing white space. */
const isSame = (shown: ShownMessage, stored: ShownMessage) => {
  if (shown.role !== stored.role) return false;
  const runIds = [shown.answer?.runId, stored.answer?.runId];
  return runIds.every(Boolean) ? runIds[0] === runIds[1] : textOf(shown) === textOf(stored);
};

const textOf = ({ text, answer }: ShownMessage) => answer?.text ?? text;

/**
 * Merges stored messages with the previous view: the steps of an answer, its reasoning and file names are known to
 * this tab only. An answer that waits for approval, or failed before its first token, is not stored, and is kept.
 */
export function withDetails(
  stored: readonly ShownMessage[],
  before: readonly ShownMessage[],
): ShownMessage[] {
  const known = new Map(before.flatMap((message) => (message.id ? [[message.id, message] as const] : [])));
  const unsaved = before.filter(({ id }) => id === null);
  const take = (message: ShownMessage) => {
    const at = unsaved.findIndex((one) => isSame(one, message));
    return at < 0 ? undefined : unsaved.splice(at, 1)[0];
  };
  const merged = stored.map((message) => {
    const old = known.get(message.id ?? '') ?? take(message);
    return old ? merge(message, old) : message;
  });
  const failed = unsaved.at(-1);
  const status = failed?.answer?.status;
  const isLost = status === 'waiting' || (status && status !== 'writing' && !failed?.answer?.text);
  return failed && isLost && merged.at(-1)?.role === 'user' ? [...merged, failed] : merged;
}

/** Keeps loaded older pages above the newest one, so that the scroll position is stable. */
export const pagesAbove = (newest: readonly ShownMessage[], before: readonly ShownMessage[]) => {
  const at = before.findIndex(({ id }) => id !== null && id === newest[0]?.id);
  return before.slice(0, Math.max(0, at));
};

function merge(message: ShownMessage, { key, files, answer: old }: ShownMessage): ShownMessage {
  const { answer } = message;
  if (!answer || !old) return { ...message, key, files };
  const isWhole = answer.status === 'complete' || old.status === 'writing';
  return {
    ...message,
    key,
    answer: {
      ...answer,
      steps: old.steps,
      tools: old.tools.length > 0 ? old.tools : answer.tools,
      thinking: old.thinking,
      status: isWhole ? answer.status : old.status,
      error: isWhole ? null : old.error,
    },
  };
}

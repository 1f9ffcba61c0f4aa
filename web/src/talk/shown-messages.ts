// Messages as they are shown: what is stored, with what only this tab knows of them.

import type { Rating, StoredMessage } from '../client/api.js';
import { newAnswer, type Answer } from './answer.js';

export interface ShownMessage {
  /** Stays the same from the first word that is shown to what is stored. */
  key: string;
  /** Null until it is stored. */
  id: string | null;
  role: 'user' | 'assistant';
  text: string;
  at: Date;
  /** Of an answer. */
  answer?: Answer;
  /** Names of the files that went with a question. */
  files?: readonly string[];
  /** Ids of the other versions of this message and of itself, oldest first. */
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
  const message = { key: id, id, role, text: '', at: new Date(created_at * 1000), siblings, rating };
  if (role === 'user') return { ...message, text: content };
  const cut = finish_reason === 'length' || finish_reason === 'content_filter' ? finish_reason : null;
  const status = finish_reason === 'error' ? 'interrupted' : 'complete';
  return { ...message, answer: { ...newAnswer(run_id), status, text: content, sources, cut } };
}

/** An answer is known by its run: what is stored may differ from what was streamed, in white space at its end. */
const isSame = (shown: ShownMessage, stored: ShownMessage) => {
  if (shown.role !== stored.role) return false;
  const runIds = [shown.answer?.runId, stored.answer?.runId];
  return runIds.every(Boolean) ? runIds[0] === runIds[1] : textOf(shown) === textOf(stored);
};

const textOf = ({ text, answer }: ShownMessage) => answer?.text ?? text;

/**
 * What was shown before, as it is stored by now: the steps of an answer, its thinking and the names of files are known to
 * this tab alone. An answer that failed before its first word is not stored, and stays.
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
  const isLost = failed?.answer && failed.answer.status !== 'writing' && !failed.answer.text;
  return isLost && merged.at(-1)?.role === 'user' ? [...merged, failed] : merged;
}

/** Older pages that were read before stay above the newest one: whoever reads there keeps the place. */
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
      thinking: old.thinking,
      status: isWhole ? answer.status : old.status,
      error: isWhole ? null : old.error,
    },
  };
}

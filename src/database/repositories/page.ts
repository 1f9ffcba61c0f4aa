import { z } from 'zod';
import { instant, toCursor } from '../../common/cursor.js';

/** Which rows of a list are wanted. */
export interface Page<Cursor = never> {
  limit: number;
  offset: number;
  /** Position after the previous page; takes precedence over `offset`. */
  cursor?: Cursor;
}

/** Rows of a list, and where the next page begins. */
export interface Slice<T> {
  items: T[];
  /** Null on the last page. */
  next: string | null;
}

/**
 * A page of a list.
 * @param rows in order, one more than `limit` if there is a next page
 * @param cursorOf the cursor position of a row
 */
export function toSlice<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T, index: number) => unknown[],
): Slice<T> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), next: last ? toCursor(cursorOf(last, limit - 1)) : null };
}

/**
 * Cursor of conversations: the list as it stood at the first page, the activity of the last conversation
 * then, and its number.
 */
export const conversationCursor = z.tuple([instant(), instant(), z.int()]);
export type ConversationCursor = z.output<typeof conversationCursor>;

/** Cursor of attachments: time of creation and id of the last one. */
export const attachmentCursor = z.tuple([instant(), z.guid()]);
export type AttachmentCursor = z.output<typeof attachmentCursor>;

/** Cursor of a conversation's messages: position of the oldest one returned. */
export const messageCursor = z.tuple([z.int().min(1)]);
export type MessageCursor = z.output<typeof messageCursor>;

/** Cursor of messages on all branches: position and id of the first one returned. */
export const treeCursor = z.tuple([z.int().min(1), z.guid()]);
export type TreeCursor = z.output<typeof treeCursor>;

/** Cursor of search results: rank, time and id of the last one. */
export const searchCursor = z.tuple([z.number(), instant(), z.guid()]);
export type SearchCursor = z.output<typeof searchCursor>;

/** A place in sums of usage: the last group. */
export const usageCursor = z.tuple([z.string().max(300)]);
export type UsageCursor = z.output<typeof usageCursor>;

/** Cursor of feedback: time of the last one, and its message. */
export const feedbackCursor = z.tuple([instant(), z.guid()]);
export type FeedbackCursor = z.output<typeof feedbackCursor>;

/** Cursor of runs: the (time-ordered) id of the last one. */
export const runCursor = z.tuple([z.guid()]);
export type RunCursor = z.output<typeof runCursor>;

/** Cursor of accounts: time of registration and id of the last one. */
export const userCursor = z.tuple([instant(), z.guid()]);
export type UserCursor = z.output<typeof userCursor>;

/** Cursor of audit events: id of the last one. */
export const auditCursor = z.tuple([z.guid()]);
export type AuditCursor = z.output<typeof auditCursor>;

/** Cursor of budgets: id of the last one. */
export const budgetCursor = z.tuple([z.guid()]);
export type BudgetCursor = z.output<typeof budgetCursor>;

/** Cursor of webhook endpoints: id of the last one. */
export const webhookCursor = z.tuple([z.guid()]);
export type WebhookCursor = z.output<typeof webhookCursor>;

/** Cursor of webhook deliveries: time of creation and id of the last one. */
export const deliveryCursor = z.tuple([instant(), z.guid()]);
export type DeliveryCursor = z.output<typeof deliveryCursor>;

/** Cursor of evaluation sets, cases, runs and results: id of the last one. */
export const evaluationCursor = z.tuple([z.guid()]);
export type EvaluationCursor = z.output<typeof evaluationCursor>;

/** Cursor of agents: id of the last one. */
export const agentCursor = z.tuple([z.string().max(200)]);

/** Cursor of memories: id of the last one. */
export const memoryCursor = z.tuple([z.guid()]);
export type MemoryCursor = z.output<typeof memoryCursor>;

/** Cursor of schedules: id of the last one. */
export const scheduleCursor = z.tuple([z.guid()]);
export type ScheduleCursor = z.output<typeof scheduleCursor>;

/** Cursor of an agent's versions: number of the last one. */
export const agentVersionCursor = z.tuple([z.int().min(1)]);
export type AgentVersionCursor = z.output<typeof agentVersionCursor>;

import { z } from 'zod';
import { instant, toCursor } from '../../common/cursor.js';

/** Which rows of a list are wanted. */
export interface Page<Place = never> {
  limit: number;
  offset: number;
  /** Position after the previous page; takes precedence over `offset`. */
  cursor?: Place;
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
 * @param placeOf the cursor position of a row
 */
export function toSlice<T>(
  rows: readonly T[],
  limit: number,
  placeOf: (row: T, index: number) => unknown[],
): Slice<T> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), next: last ? toCursor(placeOf(last, limit - 1)) : null };
}

/**
 * A place in a list of conversations: the list as it stood at the first page, the activity of the last conversation
 * then, and its number.
 */
export const conversationPlace = z.tuple([instant(), instant(), z.int()]);
export type ConversationPlace = z.output<typeof conversationPlace>;

/** Cursor of attachments: time of creation and id of the last one. */
export const attachmentPlace = z.tuple([instant(), z.guid()]);
export type AttachmentPlace = z.output<typeof attachmentPlace>;

/** Cursor of a conversation's messages: position of the oldest one returned. */
export const messagePlace = z.tuple([z.int().min(1)]);
export type MessagePlace = z.output<typeof messagePlace>;

/** Cursor of messages on all branches: position and id of the first one returned. */
export const treePlace = z.tuple([z.int().min(1), z.guid()]);
export type TreePlace = z.output<typeof treePlace>;

/** Cursor of search results: rank, time and id of the last one. */
export const searchPlace = z.tuple([z.number(), instant(), z.guid()]);
export type SearchPlace = z.output<typeof searchPlace>;

/** A place in sums of usage: the last group. */
export const usagePlace = z.tuple([z.string().max(300)]);
export type UsagePlace = z.output<typeof usagePlace>;

/** Cursor of feedback: time of the last one, and its message. */
export const feedbackPlace = z.tuple([instant(), z.guid()]);
export type FeedbackPlace = z.output<typeof feedbackPlace>;

/** Cursor of runs: the (time-ordered) id of the last one. */
export const runPlace = z.tuple([z.guid()]);
export type RunPlace = z.output<typeof runPlace>;

/** Cursor of accounts: time of registration and id of the last one. */
export const userPlace = z.tuple([instant(), z.guid()]);
export type UserPlace = z.output<typeof userPlace>;

/** Cursor of audit events: id of the last one. */
export const auditPlace = z.tuple([z.guid()]);
export type AuditPlace = z.output<typeof auditPlace>;

/** Cursor of budgets: id of the last one. */
export const budgetPlace = z.tuple([z.guid()]);
export type BudgetPlace = z.output<typeof budgetPlace>;

/** Cursor of webhook endpoints: id of the last one. */
export const webhookPlace = z.tuple([z.guid()]);
export type WebhookPlace = z.output<typeof webhookPlace>;

/** Cursor of webhook deliveries: time of creation and id of the last one. */
export const deliveryPlace = z.tuple([instant(), z.guid()]);
export type DeliveryPlace = z.output<typeof deliveryPlace>;

/** Cursor of evaluation sets, cases, runs and results: id of the last one. */
export const evaluationPlace = z.tuple([z.guid()]);
export type EvaluationPlace = z.output<typeof evaluationPlace>;

/** Cursor of agents: id of the last one. */
export const agentPlace = z.tuple([z.string().max(200)]);

/** Cursor of memories: id of the last one. */
export const memoryPlace = z.tuple([z.guid()]);
export type MemoryPlace = z.output<typeof memoryPlace>;

/** Cursor of schedules: id of the last one. */
export const schedulePlace = z.tuple([z.guid()]);
export type SchedulePlace = z.output<typeof schedulePlace>;

/** Cursor of an agent's versions: number of the last one. */
export const agentVersionPlace = z.tuple([z.int().min(1)]);
export type AgentVersionPlace = z.output<typeof agentVersionPlace>;

import { z } from 'zod';
import { instant, toCursor } from '../../common/cursor.js';

/** Which rows of a list are wanted. */
export interface Page<Place = never> {
  limit: number;
  offset: number;
  /** Where the page before ended; `offset` does not count then. */
  cursor?: Place;
}

/** Rows of a list, and where the next page begins. */
export interface Slice<T> {
  items: T[];
  /** Null behind the last row. */
  next: string | null;
}

/**
 * A page of a list.
 * @param rows in the order of the list, one more than `limit` when it goes on
 * @param placeOf the place of a row in the form of the list's cursor
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

/** A place in a list of attachments: when the last one was created, and its id. */
export const attachmentPlace = z.tuple([instant(), z.guid()]);
export type AttachmentPlace = z.output<typeof attachmentPlace>;

/** A place among the messages of a conversation: the position of the oldest one shown. */
export const messagePlace = z.tuple([z.int().min(1)]);
export type MessagePlace = z.output<typeof messagePlace>;

/** A place among the messages of all branches of a conversation: the position and the id of the first one shown. */
export const treePlace = z.tuple([z.int().min(1), z.guid()]);
export type TreePlace = z.output<typeof treePlace>;

/** A place among messages that were found: rank, time and id of the last one. */
export const searchPlace = z.tuple([z.number(), instant(), z.guid()]);
export type SearchPlace = z.output<typeof searchPlace>;

/** A place in sums of usage: the last group. */
export const usagePlace = z.tuple([z.string().max(300)]);
export type UsagePlace = z.output<typeof usagePlace>;

/** A place in a list of feedback: when the last one was given, and its message. */
export const feedbackPlace = z.tuple([instant(), z.guid()]);
export type FeedbackPlace = z.output<typeof feedbackPlace>;

/** A place in a list of runs: the id of the last one, which begins with its time. */
export const runPlace = z.tuple([z.guid()]);
export type RunPlace = z.output<typeof runPlace>;

/** A place in a list of accounts: when the last one was registered, and its id. */
export const userPlace = z.tuple([instant(), z.guid()]);
export type UserPlace = z.output<typeof userPlace>;

/** A place among audit events: the id of the last one. */
export const auditPlace = z.tuple([z.guid()]);
export type AuditPlace = z.output<typeof auditPlace>;

/** A place in a list of budgets: the id of the last one. */
export const budgetPlace = z.tuple([z.guid()]);
export type BudgetPlace = z.output<typeof budgetPlace>;

/** A place in a list of webhook endpoints: the id of the last one. */
export const webhookPlace = z.tuple([z.guid()]);
export type WebhookPlace = z.output<typeof webhookPlace>;

/** A place among deliveries of webhooks: when the last one was created, and its id. */
export const deliveryPlace = z.tuple([instant(), z.guid()]);
export type DeliveryPlace = z.output<typeof deliveryPlace>;

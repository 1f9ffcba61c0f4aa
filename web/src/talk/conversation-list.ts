// The caller's conversations, as the sidebar shows them.

import {
  deleteConversation,
  listConversations,
  pinConversation,
  renameConversation,
  type ConversationEntry,
} from '../client/api.js';
import { Signal } from '../client/signal.js';
import { t } from '../texts/texts.js';
import { closeConversation } from './open-conversations.js';

interface List {
  items: readonly ConversationEntry[];
  next: string | null;
  isLoaded: boolean;
}

export const conversations = new Signal<List>({ items: [], next: null, isLoaded: false });

export async function refreshList(): Promise<void> {
  const [pinned, { items, next }] = await Promise.all([readPinned(), listConversations(false)]);
  conversations.set({ items: [...pinned, ...items], next, isLoaded: true });
}

/** All pinned conversations, which are listed above the others. */
async function readPinned(): Promise<ConversationEntry[]> {
  const pinned: ConversationEntry[] = [];
  for (let cursor: string | undefined, isLast = false; !isLast;) {
    const { items, next } = await listConversations(true, cursor);
    pinned.push(...items);
    cursor = next ?? undefined;
    isLast = next === null;
  }
  return pinned;
}

export async function showMore(): Promise<void> {
  const { items, next } = conversations.get();
  if (!next) return;
  const more = await listConversations(false, next);
  // A conversation unpinned meanwhile is already in the list.
  const known = new Set(items.map(({ id }) => id));
  const others = more.items.filter(({ id }) => !known.has(id));
  conversations.set({ items: [...items, ...others], next: more.next, isLoaded: true });
}

export async function removeConversation(id: string): Promise<void> {
  await deleteConversation(id);
  closeConversation(id);
  const list = conversations.get();
  conversations.set({ ...list, items: list.items.filter((item) => item.id !== id) });
}

export async function rename(id: string, title: string): Promise<void> {
  await renameConversation(id, title);
  change(id, { title });
}

export async function pin(id: string, pinned: boolean): Promise<void> {
  await pinConversation(id, pinned);
  change(id, { pinned });
}

function change(id: string, changed: Partial<ConversationEntry>): void {
  const list = conversations.get();
  conversations.set({
    ...list,
    items: list.items.map((item) => (item.id === id ? { ...item, ...changed } : item)),
  });
}

const DAY_MS = 86_400_000;

/** Groups by the day of the last message, newest first, after the pinned ones. @param now in ms */
export function byDay<T extends { last_message_at: number; pinned?: boolean }>(
  items: readonly T[],
  now: number,
): [string, T[]][] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const nameOf = (at: number) => {
    if (at >= midnight) return t.list.today;
    if (at >= midnight - DAY_MS) return t.list.yesterday;
    return at >= midnight - 7 * DAY_MS ? t.list.week : t.list.older;
  };
  const groups = new Map<string, T[]>();
  const pinned = items.filter((item) => item.pinned);
  if (pinned.length > 0) groups.set(t.list.pinned, pinned);
  for (const item of items) {
    if (item.pinned) continue;
    const name = nameOf(item.last_message_at * 1000);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups];
}

/** Filters by words that must all occur in the title or the last message. */
export function matching<T extends { title: string | null; last_snippet: string | null }>(
  items: readonly T[],
  search: string,
): readonly T[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(({ title, last_snippet }) => {
    const text = `${title ?? ''} ${last_snippet ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

import { useCallback, useEffect, useState } from 'react';
import type { Page } from '../client/api.js';
import { wordsOf } from '../texts/words-of.js';

export interface Pages<T> {
  /** Null before the first page is loaded. */
  items: readonly T[] | null;
  problem: string | null;
  /** Loads the next page; undefined on the last one. */
  more: (() => void) | undefined;
  /** Updates items in place, after a change of one of them. */
  setItems: (change: (items: readonly T[]) => readonly T[]) => void;
  reload: () => void;
}

/** A paginated list. @param read a stable callback for the same list */
export function usePages<T>(read: (cursor?: string) => Promise<Page<T>>): Pages<T> {
  const [page, setPage] = useState<{ items: readonly T[]; next: string | null } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isLeft = false;
    const readFirst = async () => {
      try {
        const first = await read();
        if (isLeft) return;
        setPage(first);
        setProblem(null);
      } catch (error) {
        if (!isLeft) setProblem(wordsOf(error));
      }
    };
    void readFirst();
    return () => {
      isLeft = true;
    };
  }, [read, round]);
  const more = async (cursor: string) => {
    try {
      const next = await read(cursor);
      setPage((now) => ({ items: [...(now?.items ?? []), ...next.items], next: next.next }));
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  const next = page?.next;
  return {
    items: page?.items ?? null,
    problem,
    more: next ? () => void more(next) : undefined,
    setItems: useCallback(
      (change) => setPage((now) => (now ? { ...now, items: change(now.items) } : now)),
      [],
    ),
    reload: useCallback(() => setRound((now) => now + 1), []),
  };
}

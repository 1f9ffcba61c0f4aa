import { useCallback, useState } from 'react';
import { wordsOf } from '../texts/words-of.js';

/** An action of the user on a page. */
export interface Action {
  /** Why the last one failed, in words. */
  problem: string | null;
  /** Runs one; never rejects. */
  act(work: () => Promise<unknown>): Promise<void>;
}

/** @param after called after each action, also after a failed one: the list may be out of date */
export function useAction(after?: () => void): Action {
  const [problem, setProblem] = useState<string | null>(null);
  const act = useCallback(
    async (work: () => Promise<unknown>) => {
      setProblem(null);
      try {
        await work();
      } catch (error) {
        setProblem(wordsOf(error));
      }
      after?.();
    },
    [after],
  );
  return { problem, act };
}

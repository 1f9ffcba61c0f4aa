import { useEffect } from 'react';

/**
 * Calls a function at an interval while the page is visible.
 * @param work a stable callback; a new one restarts the interval
 */
export function useInterval(work: () => void, ms: number): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) work();
    }, ms);
    return () => clearInterval(timer);
  }, [work, ms]);
}

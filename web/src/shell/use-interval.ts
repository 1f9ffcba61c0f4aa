import { useEffect } from 'react';

/**
 * Does something again and again while the page is in view.
 * @param work stays the same function, or the time begins anew
 */
export function useInterval(work: () => void, ms: number): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) work();
    }, ms);
    return () => clearInterval(timer);
  }, [work, ms]);
}

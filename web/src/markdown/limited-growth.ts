import { useEffect, useReducer, useRef } from 'react';

/** Characters that are painted in one frame at most: so many cost a few milliseconds. */
const MAX_GROWTH = 3_000;

/**
 * A text that grows, a bounded part a frame: what comes faster than it can be painted does not freeze the page.
 * @param isGrowing whether it was being written when it was first shown; any other is shown whole
 */
export function useLimitedGrowth(text: string, isGrowing: boolean): string {
  const shown = useRef(isGrowing ? 0 : text.length);
  const [, paint] = useReducer((count: number) => count + 1, 0);
  shown.current = Math.min(text.length, shown.current + MAX_GROWTH);
  const isBehind = shown.current < text.length;
  useEffect(() => {
    if (!isBehind) return;
    const frame = requestAnimationFrame(paint);
    return () => cancelAnimationFrame(frame);
  });
  return isBehind ? text.slice(0, shown.current) : text;
}

import { useEffect, useReducer, useRef } from 'react';

/** Maximum characters painted per frame, at a cost of a few milliseconds. */
const MAX_GROWTH = 3_000;

/**
 * Limits the growth of text per frame, so that fast streams do not freeze the page.
 * @param isGrowing whether the text was streaming when first shown; otherwise it is shown whole
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

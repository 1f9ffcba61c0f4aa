import type { Hit } from '../../adapters/vector-store/vector-store.js';

/** Softens the first places, so that no single list decides alone; the usual value. */
const K = 60;

/** Reciprocal rank fusion: what stands high in several lists comes first. @returns ids with scores, best first */
export function fuse(lists: readonly (readonly Hit[])[]): Hit[] {
  const scores = new Map<string, number>();
  for (const list of lists)
    for (const [rank, { id }] of list.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (K + rank + 1));
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}

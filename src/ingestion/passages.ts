import type { Point } from '../adapters/vector-store/vector-store.js';
import { TimeSlices } from '../common/time/time-slices.js';
import { documentVector } from '../search/sparse.js';

/**
 * The embedded text of a chunk: its text below the title and headings, which its own words often leave out.
 * @param title of the document, or the name of its file
 */
export const passageOf = (title: string, chunk: { heading: string | null; text: string }): string =>
  [title, chunk.heading, chunk.text].filter(Boolean).join('\n');

/**
 * Points of chunks with their words; the vectors come later.
 * @param passages of the chunks, in order
 * @throws the signal's reason
 */
export async function pointsOf(
  chunks: readonly { id: string }[],
  passages: readonly string[],
  signal: AbortSignal,
): Promise<Point[]> {
  const slices = new TimeSlices();
  const points: Point[] = [];
  for (const [i, { id }] of chunks.entries()) {
    points.push({ id, sparse: documentVector(passages[i]!), dense: null });
    await slices.pause();
    signal.throwIfAborted();
  }
  return points;
}

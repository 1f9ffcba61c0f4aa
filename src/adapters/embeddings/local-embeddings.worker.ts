import { parentPort } from 'node:worker_threads';
import { SentenceEncoder } from './sentence-encoder/sentence-encoder.js';

/** Texts to embed together, and the answer to them: vectors of unit length. */
export interface EmbeddingTask {
  id: number;
  texts: string[];
}
export type EmbeddingAnswer =
  { id: number; vectors: Float32Array<ArrayBuffer>[] } | { id: number; error: string };

if (!parentPort) throw new Error('This file is a worker.');
const port = parentPort;
let encoder: SentenceEncoder | undefined;

port.on('message', ({ id, texts }: EmbeddingTask) => {
  try {
    encoder ??= new SentenceEncoder();
    const vectors = encoder.embed(texts);
    port.postMessage(
      { id, vectors } satisfies EmbeddingAnswer,
      vectors.map(({ buffer }) => buffer),
    );
  } catch (error) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    port.postMessage({ id, error: String(error) } satisfies EmbeddingAnswer);
  }
});

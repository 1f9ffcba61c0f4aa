/**
 * Evaluates finding films by descriptions, and the movie agent's answers: `npm run eval:films`, with `--problems`
 * also what went wrong. With `--fit` also the parameters of `ranking.ts` that fit the golden set best.
 */
import { readFile } from 'node:fs/promises';
import { LocalEmbeddings } from '../src/adapters/embeddings/local-embeddings.js';
import { quantise } from '../src/search/quantise.js';
import { terms } from '../src/catalogue/words.js';
import { playDescriptions, playQuestions, readFilmQuestions } from './support/film-questions.js';
import { fitLogistic, type Sample } from './support/fit-logistic.js';
import { shippedFilmCatalogue } from './support/shipped-films.js';

interface GoldenSet {
  descriptions: { text: string; title: string }[];
  /** Texts that no film is the answer to. */
  noise: string[];
}
interface Query {
  terms: ReadonlyMap<string, number>;
  vector: Int8Array;
  /** Null for noise. */
  wanted: string | null;
}

const golden = JSON.parse(await readFile('test/eval/films.json', 'utf8')) as GoldenSet;
const embeddings = new LocalEmbeddings();
const { films, index, catalogue } = await shippedFilmCatalogue(embeddings);
const texts = [...golden.descriptions.map(({ text }) => text), ...golden.noise];
const vectors = await embeddings.embed(texts);
const queries = texts.map((text, i): Query => {
  const title = golden.descriptions[i]?.title;
  const wanted = title === undefined ? null : films.find((film) => film.title === title)!.id;
  return { terms: new Map(terms(text).map((term) => [term, 1])), vector: quantise(vectors[i]!), wanted };
});

const described = queries.filter(({ wanted }) => wanted !== null);
const noise = queries.filter(({ wanted }) => wanted === null);
const ways = {
  words: (query: Query) => ({ ...query, vector: undefined }),
  vectors: (query: Query) => ({ ...query, terms: new Map<string, number>() }),
  both: (query: Query) => query,
};
console.log(`${described.length} descriptions, ${noise.length} texts of noise, ${films.length} films`);
for (const [name, way] of Object.entries(ways)) {
  const results = described.map((query) => ({ query, hits: index.search({ ...way(query), limit: 5 }) }));
  const hit1 = results.filter(({ query, hits }) => hits[0]?.id === query.wanted).length;
  const hit5 = results.filter(({ query, hits }) => hits.some(({ id }) => id === query.wanted)).length;
  const sure = results.map(({ hits }) => hits[0]!.confidence);
  const unsure = noise.map((query) => index.search({ ...way(query), limit: 1 })[0]!.confidence);
  console.log(
    `${name.padEnd(8)} hit@1 ${hit1}  hit@5 ${hit5}  ` +
      `confidence p10 ${quantile(sure, 0.1)} p50 ${quantile(sure, 0.5)}, of noise p90 ${quantile(unsure, 0.9)} max ${quantile(unsure, 1)}`,
  );
}
const said = await playDescriptions(golden.descriptions, catalogue, films);
console.log(
  `said to the agent: first ${said.first}, offered ${said.offered} of ${golden.descriptions.length}`,
);
const questions = await readFilmQuestions();
for (const split of ['tune', 'held'] as const) {
  const { figures, problems } = await playQuestions(questions, split, catalogue, films);
  const kinds = Object.entries(figures).map(([kind, { right, of }]) => `${kind} ${right}/${of}`);
  console.log(`questions, ${split}: ${kinds.join('  ')}`);
  if (process.argv.includes('--problems')) for (const problem of problems) console.log(`  ${problem}`);
}
await embeddings.close();
if (process.argv.includes('--fit')) {
  console.log(
    'coverage, meaning, bias:',
    fitLogistic(samplesOf(true))
      .map((x) => x.toFixed(2))
      .join(', '),
  );
  console.log(
    'coverage, bias:',
    fitLogistic(samplesOf(false))
      .map((x) => x.toFixed(2))
      .join(', '),
  );
}

/** The evidence for the right film of each description, and for the likeliest wrong ones. */
function samplesOf(withVectors: boolean): Sample[] {
  return queries.flatMap((query) => {
    const { coverage, meaning } = index.evidence(withVectors ? query : { ...query, vector: undefined });
    const found = films
      .map(({ id }, doc) => ({
        features: withVectors ? [coverage[doc]!, meaning[doc]!] : [coverage[doc]!],
        isRight: id === query.wanted,
        order: coverage[doc]! + (withVectors ? meaning[doc]! / 5 : 0),
      }))
      .sort((a, b) => b.order - a.order);
    const wrong = found.filter(({ isRight }) => !isRight).slice(0, query.wanted ? 3 : 2);
    const weight = query.wanted ? 1 / wrong.length : 1;
    return [
      ...found.filter(({ isRight }) => isRight).map((sample) => ({ ...sample, weight: 1 })),
      ...wrong.map((sample) => ({ ...sample, weight })),
    ];
  });
}

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2);
}

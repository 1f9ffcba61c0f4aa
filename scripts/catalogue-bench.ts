/**
 * How long a search takes: `npm run bench:films -- [FILMS…]`, by default at 5,000 and 50,000 films. The films are the
 * shipped ones and mixtures of them, with people and vectors of their own; the queries are the golden set's.
 */
import { readFile } from 'node:fs/promises';
import { LocalEmbeddings } from '../src/adapters/embeddings/local-embeddings.js';
import { FilmIndex } from '../src/catalogue/film-index.js';
import { readShippedCatalogue } from '../src/catalogue/shipped-catalogue.js';
import { quantise } from '../src/search/quantise.js';
import { terms } from '../src/catalogue/words.js';

/** After each slice of work the event loop would get its turn. */
const SLICE = 100;

const { descriptions } = JSON.parse(await readFile('test/eval/films.json', 'utf8')) as {
  descriptions: { text: string }[];
};
const shipped = (await readShippedCatalogue()).films();
const sizes = process.argv.slice(2).map(Number);

const embeddings = new LocalEmbeddings();
const cold = await timed(() => embeddings.embed(['a first text']));
const embedding: number[] = [];
const vectors: Float32Array[] = [];
for (const { text } of descriptions)
  embedding.push(await timed(async () => vectors.push(...(await embeddings.embed([text])))));
await embeddings.close();
console.log(
  `query embedding: ${spread(embedding)}; the first, which loads the weights, ${cold.toFixed(0)} ms`,
);
for (const size of sizes.length > 0 ? sizes : [5_000, 50_000]) await measure(size);

async function measure(size: number): Promise<void> {
  globalThis.gc?.();
  const before = memory();
  const index = new FilmIndex();
  let loading = 0;
  let slice = 0;
  for (let from = 0; from < size; from += SLICE) {
    const films = Array.from({ length: Math.min(SLICE, size - from) }, (_, i) => synthetic(from + i));
    const ms = await timed(() => films.forEach(({ film, vector }) => index.add(film, vector)));
    loading += ms;
    slice = Math.max(slice, ms);
  }
  const sorting = await timed(() =>
    index.search({ terms: new Map([['a', 1]]), limit: 1, titles: index.titles.find('a b') }),
  );
  globalThis.gc?.();
  const used = memory() - before;

  const search: number[] = [];
  for (const [i, { text }] of [...descriptions, ...descriptions].entries()) {
    const vector = quantise(vectors[i % vectors.length]!);
    search.push(
      await timed(() => {
        const words = new Map(terms(text).map((term) => [term, 1]));
        index.search({ terms: words, vector, titles: index.titles.find(text), limit: 5 });
      }),
    );
  }
  // The first round lets the compiler see the code.
  console.log(
    `${size} films: search ${spread(search.slice(descriptions.length))}; index ${(used / 2 ** 20).toFixed(0)} MB, ` +
      `loaded in ${loading.toFixed(0)} ms (slices of at most ${slice.toFixed(0)} ms), first search ${sorting.toFixed(0)} ms`,
  );
}

/** The first are the shipped films themselves. */
function synthetic(i: number) {
  const film = shipped[i % shipped.length]!;
  const copy = Math.floor(i / shipped.length);
  const vector = new Int8Array(film.vector!.bytes);
  if (copy === 0) return { film, vector };
  const other = shipped[(i * 7 + copy * 13) % shipped.length]!;
  const half = (text: string, from: number) => text.split(' ').filter((_, at) => at % 2 === from);
  const renamed = (name: string) =>
    `${name.slice(0, 3)}${(i % 97).toString(36)}${name.slice(3)} ${copy.toString(36)}x`;
  return {
    film: {
      ...film,
      id: `${i}`,
      title: `${film.title} ${half(other.title, copy % 2).join(' ')} ${copy}`,
      directors: film.directors.map(renamed),
      cast: [...film.cast.slice(0, 2), ...other.cast.slice(2).map(renamed)],
      keywords: [...film.keywords.slice(0, 3), ...other.keywords.slice(3)],
      plot: [...half(film.plot, 0), ...half(other.plot, 1), `word${i % 9_973}`].join(' '),
    },
    vector: vector.map((value, d) => (value + other.vector!.bytes.readInt8(d)) / 2 + ((i * d) % 31) - 15),
  };
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)]!.toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}

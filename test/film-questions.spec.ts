import { readFile } from 'node:fs/promises';
import { LocalEmbeddings } from '../src/adapters/embeddings/local-embeddings.js';
import { playQuestions, readFilmQuestions, type Kind } from '../scripts/support/film-questions.js';
import { shippedFilmCatalogue } from '../scripts/support/shipped-films.js';

interface Baseline {
  tune: Record<Kind, number>;
  held: Record<Kind, number>;
}

/** The figures of `npm run eval:films`; whoever betters them writes the better ones down. */
describe('the movie finder, with the shipped catalogue and without a model', () => {
  const embeddings = new LocalEmbeddings();
  let baseline: Baseline;
  let shipped: Awaited<ReturnType<typeof shippedFilmCatalogue>>;

  beforeAll(async () => {
    baseline = JSON.parse(await readFile('test/eval/films-baseline.json', 'utf8')) as Baseline;
    shipped = await shippedFilmCatalogue(embeddings);
  });
  afterAll(() => embeddings.close());

  it.each(['tune', 'held'] as const)(
    'answers the questions of the %s half as well as before',
    async (split) => {
      const { catalogue, films } = shipped;
      const { figures, problems } = await playQuestions(await readFilmQuestions(), split, catalogue, films);
      const worse = Object.entries(baseline[split]).filter(
        ([kind, right]) => (figures[kind as Kind]?.right ?? 0) < right,
      );
      expect({ worse, problems: worse.length > 0 ? problems : [] }).toEqual({ worse: [], problems: [] });
    },
    240_000,
  );
});

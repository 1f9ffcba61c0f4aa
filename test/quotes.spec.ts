import { readGolden } from '../scripts/support/golden-documents.js';
import { quoteScores, quotesFor } from '../scripts/support/offline-answers.js';
import { WordSearch } from './support/word-search.js';

const TOP = 5;

/*
 * Lower bounds for what the offline model quotes of the passages that words alone find: the same on every machine.
 * `npm run eval` measures the same with vectors.
 */
it('quotes the fact that is asked for, and quotes it first', async () => {
  const { questions } = await readGolden();
  const library = WordSearch.of('test/eval/documents');
  const asked = questions.filter(
    ({ document, level, split }) =>
      level === 'usual' && split === 'held' && /\.(?:md|txt)$/.test(document ?? ''),
  );
  expect(asked.length).toBeGreaterThan(50);
  const answered = [];
  for (const question of asked) {
    const passages = (await library.find(question.question)).slice(0, TOP);
    answered.push({
      question,
      quotes: quotesFor(question, {
        passages: passages.map((passage) => ({ ...passage, near: [] })),
        missing: [],
        degraded: false,
      }),
    });
  }
  const scores = quoteScores(answered);
  expect(scores['reply holds the fact']).toBeGreaterThan(0.7);
  expect(scores['first quote holds the fact']).toBeGreaterThan(0.6);
});

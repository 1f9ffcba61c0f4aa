import { readFileSync } from 'node:fs';
import { WordSearch } from './support/word-search.js';

/*
 * What words alone must find of the sets in test/eval. `npm run eval` measures the whole ranking, vectors included;
 * these figures are lower bounds that need no model, and the same on every machine.
 */
const read = <T>(name: string) => JSON.parse(readFileSync(`test/eval/${name}.json`, 'utf8')) as T;

interface Item {
  id: string;
  question: string;
  document: string;
  quote: string;
}

/** Questions whose first passage is not the one that answers. */
async function missed(library: WordSearch, items: readonly Item[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id, question, quote } of items) {
    const [first] = await library.find(question);
    if (!first?.text.includes(quote)) wrong.push(`${id} ${question} -> ${first?.text ?? 'nothing'}`);
  }
  return wrong;
}

it('finds answers in ten languages, the document first in 95 % of 40 questions', async () => {
  const items = read<Item[]>('languages');
  expect(items).toHaveLength(40);
  const library = WordSearch.of('test/eval/languages');
  const wrong: string[] = [];
  for (const { id, question, document } of items) {
    const [first] = await library.find(question);
    if (first?.filename !== document) wrong.push(`${id} ${question} -> ${first?.filename ?? 'nothing'}`);
  }
  expect(wrong.slice(2)).toEqual([]);
});

it('finds misspelt words', async () => {
  expect(await missed(WordSearch.of('test/eval/follow-ups'), read<Item[]>('typos'))).toEqual([]);
});

it('finds the subject of a follow-up, and no earlier one after a change of subject', async () => {
  const library = WordSearch.of('test/eval/follow-ups');
  const wrong: string[] = [];
  for (const { id, turns } of read<{ id: string; turns: { ask: string; quote: string }[] }[]>('follow-ups')) {
    const earlier: string[] = [];
    for (const { ask, quote } of turns) {
      const [first] = await library.find(ask, earlier);
      if (!first?.text.includes(quote)) wrong.push(`${id} ${ask} -> ${first?.text ?? 'nothing'}`);
      earlier.push(ask);
    }
  }
  expect(wrong).toEqual([]);
});

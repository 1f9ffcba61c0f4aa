import { pointAt } from './choice.js';
import type { Film } from '../../../catalogue/film.js';
import { SmallCatalogue } from '../support/dialogues.js';
import { fold } from '../reading/words.js';

const CASES: [text: string, titles: string[] | null, negated?: boolean][] = [
  ['2', ['Titanic']],
  ['#3', ['The Shining']],
  ['number one', ['Inception']],
  ['option 2 please', ['Titanic']],
  ['the second one', ['Titanic']],
  ['the 2nd', ['Titanic']],
  ['I think the third', ['The Shining']],
  ['last one', ['Jaws']],
  ['who directed the second?', ['Titanic']],
  ['9', null],
  ['inseption', ['Inception']],
  ['shining', ['The Shining']],
  ['the 1997 one', ['Titanic']],
  ['the one from the 70s', ['Jaws']],
  ['the oldest one', ['Jaws']],
  ['the newest', ['Inception']],
  ['the one with DiCaprio', ['Inception', 'Titanic']],
  ['kubrick', ['The Shining']],
  ['the one with the shark', ['Jaws']],
  ['the one about dreams', ['Inception']],
  ['the ship one', ['Titanic']],
  ['not the second', ['Titanic'], true],
  ['not jaws', ['Jaws'], true],
  ['no, the second one', ['Titanic'], false],
  ['yes', null],
  ['none of these', null],
  ['a comedy', null],
  ['with a ghost', null],
  ['the first man on the moon', null],
  ['something with robots', null],
];

describe('pointAt', () => {
  let films: Film[];
  beforeAll(async () => {
    const catalogue = new SmallCatalogue();
    const titles = ['Inception', 'Titanic', 'The Shining', 'Jaws'];
    films = (await Promise.all(titles.map((title) => catalogue.findByTitle(title)))).flatMap(
      ([match]) => match?.film ?? [],
    );
  });

  it.each(CASES)('%s', (text, titles, negated = false) => {
    const choice = pointAt(fold(text), films);
    expect(choice && { titles: choice.films.map(({ title }) => title), negated: choice.negated }).toEqual(
      titles && { titles, negated },
    );
  });

  it('points at nothing where nothing is on offer', () => expect(pointAt('the second one', [])).toBeNull());
});

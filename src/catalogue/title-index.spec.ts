import { TitleIndex } from './title-index.js';

describe('titles in other languages', () => {
  const index = new TitleIndex();
  index.add('Jaws', 1975, null, ['Der weiße Hai', 'Les Dents de la mer', 'Tiburón']);
  index.add('The Godfather', 1972, null, ['Der Pate', 'Il padrino']);
  index.add('Bridesmaids', 2011, null, ['Mes meilleures amies']);

  it.each([
    ['Der weiße Hai', 0],
    ['weisser hai', 0],
    ['weiße Hai', 0],
    ['tiburon', 0],
    ['dents de la mer', 0],
    ['el padrino', 1],
    ['il padrino', 1],
    ['der pate 1972', 1],
    ['Mes meilleurs copains', undefined],
    ['mes meileures amies', 2],
  ])('%s is film %s', (text, doc) => {
    const first = index.find(text).find(({ confidence }) => confidence >= 0.65);
    expect(first?.doc).toBe(doc);
  });
});

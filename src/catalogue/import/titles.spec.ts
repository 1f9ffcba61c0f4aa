import { readTitle } from './titles.js';

it.each([
  ['Toy Story (1995)', 'Toy Story', 1995, null],
  ['Matrix, The (1999)', 'The Matrix', 1999, null],
  ['Misérables, Les (1995)', 'Les Misérables', 1995, null],
  ["Avventura, L' (1960)", "L'Avventura", 1960, null],
  [
    'City of Lost Children, The (Cité des enfants perdus, La) (1995)',
    'The City of Lost Children',
    1995,
    'La Cité des enfants perdus',
  ],
  ['Seven (a.k.a. Se7en) (1995)', 'Seven', 1995, 'Se7en'],
  ['2001: A Space Odyssey (1968)', '2001: A Space Odyssey', 1968, null],
  ['Blade Runner 2049', 'Blade Runner 2049', null, null],
  ['Good, the Bad and the Ugly', 'Good, the Bad and the Ugly', null, null],
  ['(1995)', '(1995)', null, null],
])('%s', (text, title, year, originalTitle) => {
  expect(readTitle(text)).toEqual({ title, year, originalTitle });
});

import { parseJson } from './json.js';

it('keeps lists of objects within a value as tables, named by their paths', () => {
  const { tables, text } = parseJson(
    '{"shop":"Owl","stock":{"books":[{"title":"Momo","sold":80},{"title":"Dune","sold":120}]},"tags":["a"]}',
    'shop',
  );
  expect(tables).toMatchObject([
    {
      name: 'stock.books',
      columns: ['title', 'sold'],
      rows: [
        ['Momo', 80],
        ['Dune', 120],
      ],
    },
  ]);
  expect(text).toContain('stock.books[0].title: Momo');
});

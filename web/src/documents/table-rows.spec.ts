import { rowsOf } from './table-rows.js';

const cells = (text: string) => rowsOf(text, null)?.map((row) => row.cells);

describe('rows of a table', () => {
  it.each([
    ['bars', '| a | b |\n| --- | --- |\n| 1 | 2 |\n'],
    ['tabs', 'a\tb\n1\t2\n'],
    ['commas', 'a,b\n1,2\n'],
  ])('are read from %s', (_kind, text) => {
    expect(cells(text)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });

  it('keep commas and quotes within quotes', () => {
    expect(cells('a,b\n"1, or ""one""",2')?.[1]).toEqual(['1, or "one"', '2']);
  });

  it('are marked where the citation is', () => {
    const text = 'a,b\n1,2\n3,4\n';
    expect(rowsOf(text, [4, 7])?.map(({ isMarked }) => isMarked)).toEqual([false, true, false]);
  });

  it('are none in a text', () => {
    expect(rowsOf('Just words.\nAnd more', null)).toBeNull();
  });
});

import { choose, rank, toUnits, withAntecedents } from './extract.js';
import { setRowsApart, withoutMarks } from './quoted-text.js';

const quotes = (question: string, text: string) => {
  const units = toUnits(text, '', 0);
  return withAntecedents(choose(rank(question, units)), units).map((unit) => unit.text);
};

describe('what is quoted', () => {
  it('is one row of a table, with the names of its columns', () => {
    const rows = 'Item: coffee; Price: 3\nItem: green tea; Price: 2.50\nItem: milk; Price: 1';
    expect(quotes('price of green tea', rows)).toEqual(['Item: green tea; Price: 2.50']);
    const markdown =
      'Prices of today:\n\n| Item | Price |\n|:---|---:|\n| coffee | 3 |\n| green tea | 2.50 |\n\nThat is all.';
    expect(quotes('price of green tea', markdown)).toEqual(['Item: green tea; Price: 2.50']);
  });

  it('is not the name of a table', () => {
    const text = 'units\n\nunits: 159 rows, 2 columns.\ncity: text\nunits: number, 0 to 474';
    expect(quotes('how many units', text)).not.toContain('units');
  });

  it('begins with what it points back to', () => {
    const text = 'The lease ends in May. It can be renewed once. Pets are welcome.';
    expect(quotes('Can it be renewed?', text)).toEqual(['The lease ends in May. It can be renewed once.']);
    expect(quotes('Are pets welcome?', text)).toEqual(['Pets are welcome.']);
    expect(quotes('lease May, renewed once', text)).toEqual([
      'The lease ends in May. It can be renewed once.',
    ]);
  });

  it('begins with no sentence of another section', () => {
    expect(quotes('renewed', '# Pets\n\nDogs are welcome.\n\n# Lease\n\nIt can be renewed once.')).toEqual([
      'It can be renewed once.',
    ]);
  });

  it.each([
    ['See [the rules](https://a.example/b_(c) "Rules") at 5\\*.', 'See the rules at 5*.'],
    ['![A map](map.png) and [this][1], not [that].', 'A map and this, not [that].'],
    ['Keep C:\\temp and a_b.', 'Keep C:\\temp and a_b.'],
  ])('is written without marks: %s', (text, expected) => {
    expect(withoutMarks(text)).toBe(expected);
  });

  it('leaves other lines with pipes and colons alone', () => {
    expect(setRowsApart('a | b\nNote: bring a pen')).toBe('a | b\nNote: bring a pen');
  });
});

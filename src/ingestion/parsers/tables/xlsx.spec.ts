import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FORMATS, number, row, word, WORDS, workbook } from './support/test-workbook.js';
import { parse } from './xlsx.js';

describe('a workbook', () => {
  let directory: string;
  beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'parley-xlsx-'))));
  afterAll(() => rm(directory, { recursive: true }));

  async function read(...args: Parameters<typeof workbook>) {
    const file = join(directory, 'book.xlsx');
    await writeFile(file, await workbook(...args));
    return parse(file);
  }

  it('is read though rows between its title and its table have no cells', async () => {
    const rows =
      row(1, word('A1', 'Budget of the club')) +
      row(3, word('A3', 'Item'), word('B3', 'Amount')) +
      row(4, word('A4', 'Sails'), number('B4', 1234.5)) +
      row(6, word('A6', 'Ropes'), number('B6', 87));
    const { tables } = await read({ Budget: { rows } });
    expect(tables).toMatchObject([
      {
        columns: ['Item', 'Amount'],
        rows: [
          ['Sails', 1234.5],
          ['Ropes', 87],
        ],
      },
    ]);
  });

  it('has a title that is merged over most columns above the table', async () => {
    const rows =
      row(1, word('A1', 'Budget of the club')) +
      row(3, word('A3', 'Item'), word('B3', 'Amount'), word('C3', 'Size')) +
      row(4, word('A4', 'Sails'), number('B4', 20), number('C4', 3));
    const { text, tables } = await read({ Budget: { rows, merges: ['A1:B1'] } });
    expect(tables).toMatchObject([{ columns: ['Item', 'Amount', 'Size'], rows: [['Sails', 20, 3]] }]);
    expect(text).toContain('Budget of the club');
  });

  it('shows the words that a format puts beside numbers', async () => {
    const rows =
      row(1, ...WORDS.map((_, i) => word(`${'ABCDE'[i]}1`, `C${i}`))) +
      row(2, ...WORDS.map((_, i) => number(`${'ABCDE'[i]}2`, 3, FORMATS.length - WORDS.length + i)));
    expect((await read({ S: { rows } })).tables[0]!.rows).toEqual([
      ['Q3', '3 days', 'KW 3', '3 Bäume', '3.0 h'],
    ]);
  });

  it('shows percentages, codes and amounts as displayed, and groups in each of their rows', async () => {
    const rows =
      row(
        1,
        ...['Region', 'City', 'Share', 'Zip', 'Price', 'Plain'].map((name, i) =>
          word(`${'ABCDEF'[i]}1`, name),
        ),
      ) +
      row(
        2,
        word('A2', 'North'),
        word('B2', 'Oslo'),
        number('C2', 0.15, 1),
        number('D2', 1234, 2),
        number('E2', 1234.5, 4),
        number('F2', 1234567, 6),
      ) +
      row(
        3,
        word('B3', 'Bergen'),
        number('C3', 0.255, 1),
        number('D3', 567, 2),
        number('E3', 20, 4),
        number('F3', 0.5),
      ) +
      row(
        4,
        word('A4', 'South'),
        word('B4', 'Rome'),
        number('C4', 0.07, 3),
        number('D4', 80331, 2),
        number('E4', 3, 4),
        number('F4', 7),
      );
    const { tables, text, warnings } = await read({ Sales: { rows, merges: ['A2:A3'] } });
    expect(tables[0]!.rows).toEqual([
      ['North', 'Oslo', '15%', '01234', '$1,234.50', 1234567],
      ['North', 'Bergen', '25.5%', '00567', '$20.00', 0.5],
      ['South', 'Rome', '7%', '80331', '$3.00', 7],
    ]);
    expect(text).toContain(
      'Region: North; City: Bergen; Share: 25.5%; Zip: 00567; Price: $20.00; Plain: 0.5',
    );
    expect(warnings).toEqual([]);
  });

  it('shows times, phone numbers and units as displayed', async () => {
    const names = ['Shift', 'Start', 'Phone', 'Tel', 'Weight', 'Cost'];
    const rows =
      row(1, ...names.map((name, i) => word(`${'ABCDEF'[i]}1`, name))) +
      row(
        2,
        number('A2', 1.5, 8),
        number('B2', 0.5625, 9),
        number('C2', 5551234567, 10),
        number('D2', 891234567, 11),
        number('E2', 2.5, 12),
        number('F2', 1500, 13),
      ) +
      row(
        3,
        number('A3', 0.25, 8),
        number('B3', 0.25, 9),
        number('C3', 5559876, 10),
        number('D3', 301234567, 11),
        number('E3', 0.3, 12),
        number('F3', 2500, 13),
      );
    const { tables, warnings } = await read({ Staff: { rows } });
    expect(tables[0]!.rows).toEqual([
      ['36:00', '1:30 PM', '(555) 123-4567', '+49 891234567', '2.5kg', '$1,500'],
      ['6:00', '6:00 AM', '555-9876', '+49 301234567', '0.3kg', '$2,500'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('names columns below a shared heading by both', async () => {
    const rows =
      row(1, word('A1', 'Site'), word('B1', '2023'), word('D1', '2024')) +
      row(2, word('B2', 'Q1'), word('C2', 'Q2'), word('D2', 'Q1'), word('E2', 'Q2')) +
      row(3, word('A3', 'Porto'), number('B3', 1), number('C3', 2), number('D3', 3), number('E3', 4));
    const merges = ['A1:A2', 'B1:C1', 'D1:E1'];
    expect((await read({ Grid: { rows, merges } })).tables[0]).toMatchObject({
      columns: ['Site', '2023 Q1', '2023 Q2', '2024 Q1', '2024 Q2'],
      rows: [['Porto', 1, 2, 3, 4]],
    });
  });

  it('names a heading over some columns above each of them, and leaves its title alone', async () => {
    const rows =
      row(1, word('A1', 'Costs')) +
      row(2, word('A2', 'Item'), word('B2', '2024'), word('D2', '2025')) +
      row(3, word('A3', 'Rent'), number('B3', 1), number('C3', 2), number('D3', 3));
    const { tables, text } = await read({ Costs: { rows, merges: ['A1:D1', 'B2:C2'] } });
    expect(tables[0]).toMatchObject({
      columns: ['Item', '2024', '2024 (2)', '2025'],
      rows: [['Rent', 1, 2, 3]],
    });
    expect(text).toMatch(/^Costs\n\nCosts\n\n/);
  });

  it('warns about formulas without a result, and about hidden sheets that were left out', async () => {
    const rows =
      row(1, word('A1', 'N'), word('B1', 'Twice')) +
      row(2, number('A2', 4), '<c r="B2"><f>A2*2</f><v></v></c>') +
      row(3, number('A3', 5), '<c r="B3"><f>A3*2</f></c>') +
      row(4, number('A4', 6), '<c r="B4"><f>A4*2</f><v>12</v></c>');
    const hidden = { rows: row(1, word('A1', 'secret')), isHidden: true };
    const { tables, text, warnings } = await read({ Sums: { rows }, Old: hidden });
    expect(tables.map(({ name }) => name)).toEqual(['Sums']);
    expect(tables[0]!.rows).toEqual([
      [4, '=A2*2 (not computed)'],
      [5, '=A3*2 (not computed)'],
      [6, 12],
    ]);
    expect(text).not.toContain('secret');
    expect(warnings).toEqual([
      expect.stringMatching(/^2 formulas of the sheet "Sums" have no stored result\./),
      'The sheet "Old" is hidden and was left out.',
    ]);
  });

  it('counts days from 1904 where that is set', async () => {
    const rows = row(1, word('A1', 'Day')) + row(2, number('A2', 100, 5));
    expect((await read({ Days: { rows } }, true)).tables[0]!.rows).toEqual([['1904-04-10']]);
    expect((await read({ Days: { rows } })).tables[0]!.rows).toEqual([['1900-04-09']]);
  });

  it('has a table of its own for each that stands below another', async () => {
    const rows =
      row(1, word('A1', 'Name'), word('B1', 'Desk')) +
      row(2, word('A2', 'Ann'), number('B2', 4)) +
      row(4, word('A4', 'Rooms')) +
      row(5, word('A5', 'Room'), word('B5', 'Seats')) +
      row(6, word('A6', 'R1'), number('B6', 12));
    const { tables, text } = await read({ Office: { rows } });
    expect(tables).toMatchObject([
      { name: 'Office', columns: ['Name', 'Desk'], rows: [['Ann', 4]] },
      { name: 'Office: Rooms', columns: ['Room', 'Seats'], rows: [['R1', 12]] },
    ]);
    expect(text).toContain('Room: R1; Seats: 12');
  });

  it('says that cells show errors', async () => {
    const wrong = (ref: string, error: string) => `<c r="${ref}" t="e"><v>${error}</v></c>`;
    const rows =
      row(1, word('A1', 'Name'), word('B1', 'Rate')) +
      row(2, word('A2', 'Ann'), wrong('B2', '#DIV/0!')) +
      row(3, word('A3', 'Bob'), wrong('B3', '#N/A'));
    expect((await read({ S: { rows } })).warnings).toEqual([
      '2 cells of the sheet "S" show errors in place of a value: #DIV/0!, #N/A.',
    ]);
  });

  it('shows words in place of numbers, and has no header of years', async () => {
    const style = FORMATS.indexOf('"Yes";"Yes";"No"');
    const answers =
      row(1, word('A1', 'Name'), word('B1', 'Paid')) +
      row(2, word('A2', 'Ann'), number('B2', 1, style)) +
      row(3, word('A3', 'Bob'), number('B3', 0, style));
    expect((await read({ S: { rows: answers } })).tables[0]!.rows).toEqual([
      ['Ann', 'Yes'],
      ['Bob', 'No'],
    ]);
    const years = [2021, 2022, 2023].map((year, i) =>
      row(i + 1, number(`A${i + 1}`, year), number(`B${i + 1}`, 5 + i)),
    );
    expect((await read({ S: { rows: years.join('') } })).tables[0]!.rows).toHaveLength(3);
  });
});

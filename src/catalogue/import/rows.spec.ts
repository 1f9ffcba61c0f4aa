import { csvRows } from './csv-rows.js';
import { jsonLinesRows, jsonRows } from './json-rows.js';
import { readLines, type Line } from './lines.js';
import type { Row } from './row.js';

type Reader = (lines: AsyncIterable<Line>) => AsyncGenerator<Row>;

/** The rows of a text that comes in pieces of a size: what was read, or `line: problem`. */
async function read(reader: Reader, text: string, piece = 7): Promise<unknown[]> {
  const pieces = async function* () {
    for (let at = 0; at < text.length; at += piece) yield text.slice(at, at + piece);
  };
  const rows: unknown[] = [];
  for await (const row of reader(readLines(pieces())))
    rows.push('problem' in row ? `${row.line}: ${row.problem}` : row.record);
  return rows;
}

describe('CSV', () => {
  it('has quotes, line breaks in fields, CR LF and any usual delimiter', async () => {
    const text = 'title;b\r\n1;"x ""y"" z"\r\n"two\r\nlines";2\r\n';
    expect(await read(csvRows, text)).toEqual([
      { title: '1', b: 'x "y" z' },
      { title: 'two\nlines', b: '2' },
    ]);
  });

  it('takes a quote that is never closed as text, and loses no neighbour to it', async () => {
    const text = 'title,b\n1,2\n3,"open\n5,6\n7,"closed"\n9,10';
    expect(await read(csvRows, text)).toEqual([
      { title: '1', b: '2' },
      { title: '3', b: '"open' },
      { title: '5', b: '6' },
      { title: '7', b: 'closed' },
      { title: '9', b: '10' },
    ]);
  });

  it('refuses rows with too few or too many fields, and ones too long', async () => {
    const text = `title,b\n1\n1,2,3\n1,${'x'.repeat(2 ** 20)}\n1,2`;
    expect(await read(csvRows, text, 65_536)).toEqual([
      '2: has 1 fields, not 2',
      '3: has 3 fields, not 2',
      '4: longer than 1 MB',
      { title: '1', b: '2' },
    ]);
  });

  it('refuses only the row whose open quote leaves it with other fields', async () => {
    expect(await read(csvRows, 'title,b\n1,2\n3,"open, and more\n5,6')).toEqual([
      { title: '1', b: '2' },
      '3: has a quote that is never closed',
      { title: '5', b: '6' },
    ]);
  });

  it('escapes quotes by doubling them or by backslashes', async () => {
    const text = 'title,b\n"say \\"hi\\", twice",1\n"a 5\\" disc",2\n"two\n\\"lines",3\n"C:\\\\",4\n5,6';
    expect(await read(csvRows, text)).toEqual([
      { title: 'say "hi", twice', b: '1' },
      { title: 'a 5" disc', b: '2' },
      { title: 'two\n"lines', b: '3' },
      { title: 'C:\\', b: '4' },
      { title: '5', b: '6' },
    ]);
  });

  it('has escaped delimiters as text', async () => {
    expect(await read(csvRows, 'id|title|b\n1|Face\\|Off|x\n3|C:\\|z')).toEqual([
      { id: '1', title: 'Face|Off', b: 'x' },
      { id: '3', title: 'C:\\', b: 'z' },
    ]);
    expect(await read(csvRows, 'id,title\n1,Paris\\, Texas')).toEqual([{ id: '1', title: 'Paris, Texas' }]);
  });

  it('has bars or tabs between fields, where a quote may be text', async () => {
    expect(await read(csvRows, 'id|title|b\n1|A, B|x\n2|C|"y|z"')).toEqual([
      { id: '1', title: 'A, B', b: 'x' },
      { id: '2', title: 'C', b: 'y|z' },
    ]);
    expect(await read(csvRows, 'id\ttitle\n1\t"Open\n2\tThe 5" disc\n3\t"Whole"')).toEqual([
      { id: '1', title: '"Open' },
      { id: '2', title: 'The 5" disc' },
      { id: '3', title: 'Whole' },
    ]);
  });

  it('lists the columns when none of them is a title', async () => {
    await expect(read(csvRows, 'userId,movieId,rating\n1,2,3')).rejects.toThrow(
      'No column is called "title" or the like; there are: userId, movieId, rating.',
    );
  });

  it('may be empty, or only have a header', async () => {
    expect(await read(csvRows, '')).toEqual([]);
    expect(await read(csvRows, 'title,b\n')).toEqual([]);
  });
});

describe('JSON', () => {
  it('is an array over any number of lines, or objects one after the other', async () => {
    const objects = ['{"a":"{ \\" [","b":{"c":[1]}}', '{\n "a": 2\n}'];
    const expected = [{ a: '{ " [', b: { c: [1] } }, { a: 2 }];
    expect(await read(jsonRows, `[${objects.join(',')}]`)).toEqual(expected);
    expect(await read(jsonRows, objects.join('\n'))).toEqual(expected);
    expect(await read(jsonRows, `[\n${objects.join(',\n')}\n]`)).toEqual(expected);
  });

  it('loses only the broken object', async () => {
    const text = '[{"a":1},\n{"a": "open\n},\n{"a" 2},\n{"a":3}]';
    expect(await read(jsonRows, text)).toEqual([{ a: 1 }, '2: is not JSON', '4: is not JSON', { a: 3 }]);
  });

  it('refuses an object that is cut or too long', async () => {
    expect(await read(jsonRows, '[{"a":1},{"a":')).toEqual([{ a: 1 }, '1: is not JSON']);
    const long = `{"a":"${'x'.repeat(2 ** 20)}"}`;
    expect(await read(jsonRows, `[\n${long},\n{"a":1}]`, 65_536)).toEqual(['2: longer than 1 MB', { a: 1 }]);
  });

  it('may be a page of search results', async () => {
    expect(await read(jsonRows, '{"Search":[{"Title":"A"},{"Title":"B"}],"totalResults":"2"}')).toEqual([
      { Title: 'A' },
      { Title: 'B' },
    ]);
  });
});

it('JSON Lines are read line by line, whatever is broken', async () => {
  const text = '{"a":1}\n\n{"a":\n[1]\n{"a":"\u2028"}\n';
  expect(await read(jsonLinesRows, text)).toEqual([
    { a: 1 },
    '3: is not JSON',
    '4: is not an object',
    { a: '\u2028' },
  ]);
});

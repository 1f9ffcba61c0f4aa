import { hasTitleColumn } from './columns.js';
import { FieldReader, fieldsOf } from './csv-fields.js';
import { ImportFileError } from './import-file-error.js';
import type { Line } from './lines.js';
import { MAX_RAW_CHARS, MAX_ROW_CHARS, TOO_LONG, type Row } from './row.js';

/** A field may go on over so many lines. */
const MAX_LINES = 500;
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Reads CSV with a line of column names. Each row is parsed by itself, so that a broken one costs only itself: a row
 * with a quote that is never closed takes in the following lines until they cannot be a row, and then releases them.
 * @throws ImportFileError when the first line names no column that could hold a title
 */
export async function* csvRows(lines: AsyncIterable<Line>): AsyncGenerator<Row> {
  const source = new Replay(lines[Symbol.asyncIterator]());
  const header = await source.next();
  if (!header) return;
  const delimiter = likeliestDelimiter(header.text);
  const columns = fieldsOf(header.text, { delimiter });
  if (typeof columns === 'string')
    throw new ImportFileError(`The first line, which names the columns, ${columns}.`);
  if (!hasTitleColumn(columns))
    throw new ImportFileError(
      `No column is called "title" or the like; there are: ${columns.join(', ').slice(0, 200)}.`,
    );
  const reader = new FieldReader(delimiter, columns.length);
  for (let first = await source.next(); first; first = await source.next()) {
    if (first.text.trim() === '') continue;
    const rowOf = (raw: string, fields: readonly string[]): Row => ({
      line: first.number,
      raw,
      record: Object.fromEntries(columns.map((name, i) => [name, fields[i]])),
    });
    const alone = first.isTooLong ? TOO_LONG : reader.read(first.text);
    if (typeof alone !== 'string') {
      yield rowOf(first.text, alone);
      continue;
    }
    const taken = await gather(first, source, reader);
    const raw = taken.map(({ text }) => text).join('\n');
    const fields = taken.some(({ isTooLong }) => isTooLong) ? TOO_LONG : reader.read(raw);
    if (typeof fields !== 'string') {
      yield rowOf(raw, fields);
      continue;
    }
    source.unread(taken.slice(1));
    const literal = first.isTooLong ? null : reader.readLiterally(first.text);
    if (literal) yield rowOf(first.text, literal);
    else yield { line: first.number, raw: first.text.slice(0, MAX_RAW_CHARS), problem: fields };
  }
}

/** The lines of one row: as many as it takes for every quote to have its partner. */
async function gather(first: Line, source: Replay, reader: FieldReader): Promise<Line[]> {
  const taken = [first];
  let quotes = reader.quotesIn(first.text);
  let size = first.text.length;
  while (quotes % 2 === 1 && taken.length < MAX_LINES && size < MAX_ROW_CHARS) {
    const line = await source.next();
    if (!line) break;
    taken.push(line);
    quotes += reader.quotesIn(line.text);
    size += line.text.length;
  }
  return taken;
}

const likeliestDelimiter = (header: string) =>
  DELIMITERS.reduce((best, one) => (header.split(one).length > header.split(best).length ? one : best));

/** An iterator that takes items back. */
class Replay {
  private readonly returned: Line[] = [];

  constructor(private readonly lines: AsyncIterator<Line>) {}

  async next(): Promise<Line | undefined> {
    return this.returned.shift() ?? ((await this.lines.next()).value as Line | undefined);
  }

  unread(lines: readonly Line[]): void {
    this.returned.unshift(...lines);
  }
}

import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import type { Line } from './lines.js';
import { MAX_RAW_CHARS, MAX_ROW_CHARS, TOO_LONG, type Row } from './row.js';

/** A field may go on over so many lines. */
const MAX_LINES = 500;
const DELIMITERS = [',', ';', '\t'];

/**
 * Reads CSV with a line of column names. Each row is parsed by itself, so that a broken one costs only itself: a row
 * with a quote that is never closed swallows what follows until it makes no sense, and then gives that back.
 */
export async function* csvRows(lines: AsyncIterable<Line>): AsyncGenerator<Row> {
  const source = new Replay(lines[Symbol.asyncIterator]());
  const header = await source.next();
  if (!header) return;
  const delimiter = likeliestDelimiter(header.text);
  const columns = fieldsOf(header.text, delimiter);
  if (typeof columns === 'string') throw new Error(`The first line holds no column names: ${columns}.`);
  for (let first = await source.next(); first; first = await source.next()) {
    if (first.text.trim() === '') continue;
    const taken = await gather(first, source);
    const raw = taken.map(({ text }) => text).join('\n');
    const fields = taken.some(({ isTooLong }) => isTooLong) ? TOO_LONG : fieldsOf(raw, delimiter);
    if (typeof fields !== 'string' && fields.length === columns.length) {
      yield { line: first.number, raw, record: Object.fromEntries(columns.map((name, i) => [name, fields[i]])) };
      continue;
    }
    source.giveBack(taken.slice(1));
    const problem = typeof fields === 'string' ? fields : `has ${fields.length} fields, not ${columns.length}`;
    yield { line: first.number, raw: first.text.slice(0, MAX_RAW_CHARS), problem };
  }
}

/** The lines of one row: as many as it takes for every quote to have its partner. */
async function gather(first: Line, source: Replay): Promise<Line[]> {
  const taken = [first];
  let quotes = count(first.text);
  let size = first.text.length;
  while (quotes % 2 === 1 && taken.length < MAX_LINES && size < MAX_ROW_CHARS) {
    const line = await source.next();
    if (!line) break;
    taken.push(line);
    quotes += count(line.text);
    size += line.text.length;
  }
  return taken;
}

const count = (text: string) => text.split('"').length - 1;

/** The fields of one row, or why it has none. */
function fieldsOf(row: string, delimiter: string): string[] | string {
  try {
    const [fields] = parse(row, { delimiter, bom: true, trim: true, relax_column_count: true });
    return fields ?? 'is empty';
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'has a quote that is never closed' : 'has a quote in the wrong place';
  }
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

  giveBack(lines: readonly Line[]): void {
    this.returned.unshift(...lines);
  }
}

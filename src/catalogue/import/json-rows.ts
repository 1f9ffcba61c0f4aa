import type { Line } from './lines.js';
import { MAX_RAW_CHARS, MAX_ROW_CHARS, TOO_LONG, type Row } from './row.js';

/** One object on each line. */
export async function* jsonLinesRows(lines: AsyncIterable<Line>): AsyncGenerator<Row> {
  for await (const { number, text, isTooLong } of lines) {
    if (text.trim() !== '') yield* rowsOf(text, number, isTooLong);
  }
}

/**
 * The objects of an array, or one after the other, over any number of lines. Cut apart by their brackets and parsed one
 * by one, so that neither the size of the file nor a broken object matters to the rest.
 */
export async function* jsonRows(lines: AsyncIterable<Line>): AsyncGenerator<Row> {
  const cutter = new ObjectCutter();
  for await (const line of lines) yield* cutter.take(line);
  yield* cutter.end();
}

class ObjectCutter {
  private text = '';
  private firstLine = 0;
  private depth = 0;
  private isTooLong = false;

  *take({ number, text, isTooLong }: Line): Generator<Row> {
    let from = 0;
    let isInString = false;
    for (let i = 0; i < text.length; i++) {
      const char = text[i];
      if (isInString) {
        if (char === '\\') i++;
        else if (char === '"') isInString = false;
      } else if (char === '"') {
        isInString = true;
      } else if (char === '{') {
        if (this.depth++ > 0) continue;
        from = i;
        this.firstLine = number;
      } else if (char === '}' && this.depth > 0 && --this.depth === 0) {
        yield* this.cut(text.slice(from, i + 1));
      }
    }
    if (this.depth === 0) return;
    this.isTooLong ||= isTooLong || this.text.length + text.length > MAX_ROW_CHARS;
    if (!this.isTooLong) this.text += `${text.slice(from)}\n`;
    // A string cannot go on over a line's end: this object is broken, and the next brace begins another.
    if (isInString) yield* this.end();
  }

  *end(): Generator<Row> {
    if (this.depth > 0) yield* this.cut('');
    this.depth = 0;
  }

  private *cut(text: string): Generator<Row> {
    const whole = this.text + text;
    this.text = '';
    yield* rowsOf(whole, this.firstLine, this.isTooLong);
    this.isTooLong = false;
  }
}

function* rowsOf(text: string, line: number, isTooLong: boolean): Generator<Row> {
  const raw = text.slice(0, MAX_RAW_CHARS);
  if (isTooLong) return yield { line, raw, problem: TOO_LONG };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '').replace(/,\s*$/, ''));
  } catch {
    return yield { line, raw, problem: 'is not JSON' };
  }
  if (!isRecord(value)) return yield { line, raw, problem: 'is not an object' };
  // A page of search results, as OMDb and TMDB send it.
  const results = ['results', 'Search', 'films', 'movies'].map((key) => value[key]).find(Array.isArray);
  for (const record of results ?? [value])
    yield isRecord(record) ? { line, raw, record } : { line, raw, problem: 'is not an object' };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

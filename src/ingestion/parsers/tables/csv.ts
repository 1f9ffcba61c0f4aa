import { CsvError, parse as csvParser } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { MAX_CELLS, typedCells } from './cells.js';
import { DocumentBuilder } from '../document-builder.js';
import type { ParsedDocument } from '../parsed-document.js';
import { addTables } from './table-text.js';
import { ofText } from '../text/text-file.js';

const DELIMITERS = [',', ';', '\t', '|'];
const SAMPLE_CHARS = 32_000;
const MAX_RECORD_CHARS = 1_000_000;

const lenient = {
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: MAX_RECORD_CHARS,
};

/** Values parted by commas, semicolons, tabs or pipes, whichever makes the more even rows. */
async function parseCsv(text: string, name: string): Promise<ParsedDocument> {
  const [declaration, declared] = /^sep=(.)\r?\n/.exec(text) ?? ['', undefined];
  const body = text.slice(declaration.length);
  const delimiter = declared ?? likeliestDelimiter(body.slice(0, SAMPLE_CHARS));
  const { rows, rowsLeftOut } = await readRows(body, delimiter, '"').catch((error: unknown) => {
    // A quote that is never closed swallows all that follows: then quotes are letters.
    if (error instanceof CsvError) return readRows(body, delimiter, null);
    throw error;
  });
  const builder = new DocumentBuilder();
  const { cells, notations } = typedCells(rows);
  addTables(builder, name, cells, rowsLeftOut, notations);
  return builder.build();
}

export const parse = ofText(parseCsv);

/**
 * The delimiter by which most rows of a sample are equally long, and longer than one cell. Commas are none when the first
 * row has others alone: then they stand in numbers.
 */
export function likeliestDelimiter(sample: string): string {
  const lines = sample.slice(0, sample.length < SAMPLE_CHARS ? undefined : sample.lastIndexOf('\n'));
  const [first = ''] = lines.trimStart().split('\n', 1);
  const parts = DELIMITERS.filter((delimiter) => first.includes(delimiter));
  const candidates = parts.length > 0 && !parts.includes(',') ? parts : DELIMITERS;
  const scored = candidates.map((delimiter) => {
    const widths = widthsOf(lines, delimiter);
    const counts = new Map<number, number>();
    for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
    const [width, rows] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0]);
    return { delimiter, width, share: width > 1 ? rows / widths.length : 0 };
  });
  return scored.toSorted((a, b) => b.share - a.share || b.width - a.width)[0]!.delimiter;
}

function widthsOf(sample: string, delimiter: string): number[] {
  try {
    return parseSync(sample, { ...lenient, delimiter }).map((row) => row.length);
  } catch {
    return sample.split('\n').map((line) => line.split(delimiter).length);
  }
}

async function readRows(text: string, delimiter: string, quote: '"' | null) {
  const rows: string[][] = [];
  let cells = 0;
  let rowsLeftOut = 0;
  const options = { ...lenient, skip_empty_lines: false, delimiter, quote };
  for await (const row of csvParser(text, options) as AsyncIterable<string[]>) {
    // Of rows without a cell, one shows that there is a gap.
    if (row.every((cell) => cell.trim() === '')) {
      if (rows.at(-1)?.length) rows.push([]);
      continue;
    }
    cells += row.length;
    if (cells <= MAX_CELLS) rows.push(row);
    else rowsLeftOut++;
  }
  return { rows, rowsLeftOut };
}

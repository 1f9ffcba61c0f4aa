import { createReadStream, type ReadStream } from 'node:fs';
import { csvRows } from './csv-rows.js';
import { decodeLines } from './decode-lines.js';
import { jsonLinesRows, jsonRows } from './json-rows.js';
import { readLines, type Line } from './lines.js';
import type { Row } from './row.js';

export interface OpenedFile {
  rows: AsyncGenerator<Row>;
  /** How far it has been read. */
  bytesRead(): number;
}

/** Opens a CSV, JSON or JSON Lines file; which one it is shows in its name and its first line. */
export function openRows(file: string): OpenedFile {
  const stream: ReadStream = createReadStream(file, { highWaterMark: 256 * 1024 });
  const rows = chooseReader(file, readLines(decodeLines(stream as AsyncIterable<Buffer>)));
  return { rows, bytesRead: () => stream.bytesRead };
}

async function* chooseReader(file: string, lines: AsyncGenerator<Line>): AsyncGenerator<Row> {
  const first = await lines.next();
  if (first.done) return;
  const all = prepend({ ...first.value, text: first.value.text.replace(/^\uFEFF/, '') }, lines);
  const start = first.value.text.replace(/^\uFEFF/, '').trimStart();
  if (/\.(jsonl|ndjson)$/i.test(file) || isObject(start)) yield* jsonLinesRows(all);
  else if (/^[[{]/.test(start) || /\.json$/i.test(file)) yield* jsonRows(all);
  else yield* csvRows(all);
}

async function* prepend(first: Line, rest: AsyncGenerator<Line>): AsyncGenerator<Line> {
  yield first;
  yield* rest;
}

function isObject(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

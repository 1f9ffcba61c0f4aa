import { parse as parseLossless } from 'lossless-json';
import { MAX_CELLS, MAX_COLUMNS, numberAsShown } from '../tables/cells.js';
import { DocumentBuilder } from '../document-builder.js';
import { withoutEncodedData } from './encoded-data.js';
import type { Cell, ParsedDocument, ParsedTable } from '../parsed-document.js';
import { parsePlainText } from './plain-text.js';
import { addTable } from '../tables/table-text.js';
import { ofText } from './text-file.js';

const MAX_DEPTH = 64;
const BLOCK_CHARS = 900;
/** Lists deeper in a value are no tables. */
const MAX_TABLE_DEPTH = 4;

/**
 * JSON, or a JSON value a line. A list of flat objects is a table, all else lines of `path: value`. Numbers have the
 * digits of the file: ids may have more than a double holds.
 */
export function parseJson(source: string, name: string): ParsedDocument {
  const { text, warnings } = withoutEncodedData(source);
  const value = valueOf(text) ?? linesOf(text);
  if (value === undefined) return { ...parsePlainText(text), warnings };
  const builder = new DocumentBuilder();
  builder.warnings.push(...warnings);
  if (isTable(value)) addRecords(builder, value, name);
  else {
    addPaths(builder, value);
    for (const [path, records] of tablesIn(value, '', MAX_TABLE_DEPTH))
      builder.tables.push(tableOf(records, path || name));
  }
  return builder.build();
}

export const parse = ofText(parseJson);

type Flat = Record<string, Cell>;

function valueOf(text: string): unknown {
  try {
    return parseLossless(text, null, {
      parseNumber: (digits) => numberAsShown(digits),
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch (error) {
    // Nested deeper than the stack is no syntax error.
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}
/** All lines or none: a text with only some lines of JSON is a text. */
function linesOf(text: string): unknown[] | undefined {
  const values: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const value = valueOf(line);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function isTable(value: unknown): value is Flat[] {
  return Array.isArray(value) && value.length > 0 && value.every(isFlat);
}

const isFlat = (item: unknown) =>
  typeof item === 'object' &&
  item !== null &&
  !Array.isArray(item) &&
  Object.values(item).every((cell) => cell === null || typeof cell !== 'object');

/** Lists of flat objects within a value, each with its path. */
function* tablesIn(value: unknown, path: string, depth: number): Generator<[string, Flat[]]> {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  if (isTable(value)) yield [path, value];
  else if (!Array.isArray(value))
    for (const [key, item] of Object.entries(value))
      yield* tablesIn(item, path ? `${path}.${key}` : key, depth - 1);
}

function addRecords(builder: DocumentBuilder, records: readonly Flat[], name: string): void {
  addTable(builder, tableOf(records, name));
}

function tableOf(records: readonly Flat[], name: string): ParsedTable {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))].slice(0, MAX_COLUMNS);
  const kept = Math.floor(MAX_CELLS / Math.max(1, columns.length));
  const rows = records.slice(0, kept).map((record) => columns.map((column) => record[column] ?? null));
  return { name, columns, rows, rowsLeftOut: records.length - rows.length };
}

function addPaths(builder: DocumentBuilder, value: unknown): void {
  let group = '';
  for (const line of pathLines(value, '', MAX_DEPTH)) {
    if (group.length + line.length > BLOCK_CHARS) {
      builder.add('paragraph', group);
      group = '';
    }
    group += `${line}\n`;
  }
  builder.add('paragraph', group);
}

/** `user.address[0].city: Vienna`, one line for each value that is not a list or an object. */
function* pathLines(value: unknown, path: string, depth: number): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    yield path ? `${path}: ${String(value)}` : String(value);
  } else if (depth === 0) {
    yield `${path}: …`;
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* pathLines(item, `${path}[${i}]`, depth - 1);
  } else {
    for (const [key, item] of Object.entries(value)) {
      yield* pathLines(item, path ? `${path}.${key}` : key, depth - 1);
    }
  }
}

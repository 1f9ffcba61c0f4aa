import type { DecimalMark } from '../../common/numbers.js';

/** A part of a document's text, in order; parts do not overlap. Ranges count UTF-16 code units. */
export interface Block {
  /** A `table` block is a group of rows below a repeated header; a `summary` describes a table. */
  kind: 'heading' | 'paragraph' | 'list' | 'code' | 'table' | 'summary';
  start: number;
  /** Exclusive. */
  end: number;
  /** Counted from 1; slides count as pages. */
  page?: number;
  /** Of a heading, 1…6. */
  level?: number;
  /** It was recognised in a picture, and may hold mistakes. */
  isRecognised?: boolean;
}

/**
 * A cell as the file shows it. It is a number only where JavaScript writes that number with the digits of the file;
 * amounts such as `$1,234.50`, `15%` or `1.10` are text that `readNumber` of common/numbers.ts reads, with the mark of
 * their column.
 */
export type Cell = string | number | boolean | null;

/** A table as data, for agents that compute. */
export interface ParsedTable {
  /** Name of the sheet, or of the file. */
  name: string;
  columns: string[];
  /** Each as long as `columns`. */
  rows: Cell[][];
  /** Rows the file has beyond those kept here. */
  rowsLeftOut: number;
  /** The decimal mark of each column; a point where there are none, as in tables stored by earlier versions. */
  decimalMarks?: DecimalMark[];
  /** Sentences on what may be misread, such as amounts that read both ways. */
  notes?: string[];
}

/** What was read from a file. */
export interface ParsedDocument {
  /** As the document names itself. */
  title?: string;
  /** The whole text. */
  text: string;
  blocks: Block[];
  tables: ParsedTable[];
  /** Sentences on what of the file was not read, or may be misread, for the person who uploaded it. */
  warnings: string[];
}

/** A parsed document on its way to those who index it. Tables are only stored by them: they need not unpack them. */
export interface PackedDocument extends Omit<ParsedDocument, 'tables'> {
  /** `ParsedTable[]` as JSON; null where there are none. */
  tablesJson: string | null;
}

/** The file cannot be read. The message is a sentence for the person who uploaded it. */
export class UnreadableFileError extends Error {}

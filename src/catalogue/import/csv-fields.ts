import { CsvError, type Options } from 'csv-parse';
import { parse } from 'csv-parse/sync';

/** The ways in which the exports quote, the standard one first. */
const STANDARD: Options = {};
const BACKSLASH: Options = { escape: '\\' };
const LITERAL: Options = { quote: false };
/** Stands for an escaped delimiter. */
const HIDDEN = '\u001A';

/** Parses one row into fields, whichever way it is quoted, or returns why it has none. */
export class FieldReader {
  /** Once a row was found to escape quotes by backslashes, the rows of this file that could mean either do. */
  private usesBackslashes = false;

  constructor(
    private readonly delimiter: string,
    private readonly columns: number,
  ) {}

  /** The fields of a row as the standard has it, or with `\"` for a quote within quotes. */
  read(row: string): string[] | string {
    const isEscaped = row.includes('\\"');
    const ways = !isEscaped
      ? [STANDARD]
      : this.usesBackslashes
        ? [BACKSLASH, STANDARD]
        : [STANDARD, BACKSLASH];
    let problem = '';
    for (const way of ways) {
      const fields = this.fieldsBy(row, way);
      if (typeof fields === 'string') problem ||= fields;
      else if (fields.length !== this.columns) problem ||= `has ${fields.length} fields, not ${this.columns}`;
      else {
        if (way === BACKSLASH) this.usesBackslashes = true;
        return fields;
      }
    }
    return problem;
  }

  /** A delimiter behind a backslash is text, unless the backslash is. */
  private fieldsBy(row: string, way: Options): string[] | string {
    const options = { ...way, delimiter: this.delimiter };
    const escaped = `\\${this.delimiter}`;
    const plain = fieldsOf(row, options);
    const isWhole = typeof plain !== 'string' && plain.length === this.columns;
    if (isWhole || !row.includes(escaped)) return plain;
    const hidden = fieldsOf(row.replaceAll(escaped, HIDDEN), options);
    return typeof hidden === 'string'
      ? plain
      : hidden.map((field) => field.replaceAll(HIDDEN, this.delimiter));
  }

  /**
   * The fields of one line whose quotes are text: inches, or a title that begins with one. Null when that gives another
   * number of fields than there are columns.
   */
  readLiterally(line: string): string[] | null {
    const fields = this.fieldsBy(line, LITERAL);
    if (typeof fields === 'string' || fields.length !== this.columns) return null;
    return fields.map(withoutOuterQuotes);
  }

  /** How many quotes of a line open or close something. */
  quotesIn(line: string): number {
    return (this.usesBackslashes ? line.replaceAll('\\"', '') : line).split('"').length - 1;
  }
}

const withoutOuterQuotes = (field: string) => /^"(.*)"$/s.exec(field)?.[1]?.replaceAll('""', '"') ?? field;

/** The fields of one row, or the end of a sentence with the reason why it has none. */
export function fieldsOf(row: string, options: Options): string[] | string {
  try {
    const [fields] = parse(row, {
      bom: true,
      trim: true,
      relax_column_count: true,
      ...options,
    }) as string[][];
    return fields ?? 'is empty';
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'has a quote that is never closed'
      : 'has a quote in the wrong place';
  }
}

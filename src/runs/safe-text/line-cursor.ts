/** Columns from the end of some columns to the next tab stop. */
const tabWidth = (columns: string): number => 4 - (columns.length % 4);

/** A position in a line, in columns; tab stops are every four columns. */
export class LineCursor {
  private readonly columns: string;
  /** Index in the line of each column; null when they are equal. */
  private readonly origins: number[] | null = null;
  private at = 0;

  constructor(line: string) {
    if (!line.includes('\t')) {
      this.columns = line;
      return;
    }
    const origins: number[] = [];
    let columns = '';
    for (let i = 0; i < line.length; i++) {
      const width = line[i] === '\t' ? tabWidth(columns) : 1;
      for (let n = 0; n < width; n++) origins.push(i);
      columns += line[i] === '\t' ? ' '.repeat(width) : line[i]!;
    }
    this.columns = columns;
    this.origins = [...origins, line.length];
  }

  get rest(): string {
    return this.columns.slice(this.at);
  }

  /** Columns of white space at the cursor. */
  get indent(): number {
    return /^ */.exec(this.rest)![0].length;
  }

  get isBlank(): boolean {
    return this.rest.trim() === '';
  }

  /** Index in the line at which the text begins. */
  get textAt(): number {
    const column = this.at + this.indent;
    return this.origins?.[column] ?? column;
  }

  /** Index in the line behind the first columns of the white space at the cursor; a tab is not divided. */
  indexBehind(columns: number): number {
    const column = this.at + Math.min(columns, this.indent);
    if (!this.origins) return column;
    const index = this.origins[column]!;
    return column > 0 && this.origins[column - 1] === index ? index + 1 : index;
  }

  skip(columns: number): void {
    this.at += columns;
  }

  quote(): void {
    this.at += this.indent + 1;
    if (this.columns[this.at] === ' ') this.at += 1;
  }

  /** Skips a list marker. @returns columns from the marker to the content */
  item(marker: string): number {
    const before = this.indent;
    this.at += before + marker.length;
    const spaces = this.indent;
    const padding = this.isBlank || spaces > 4 ? 1 : spaces;
    this.at = Math.min(this.at + padding, this.columns.length);
    return marker.length + padding;
  }
}

/** A line with the tabs before an index as spaces, up to their tab stops. */
export function withoutTabs(line: string, end: number): string {
  if (!line.slice(0, end).includes('\t')) return line;
  let columns = '';
  for (const character of line.slice(0, end))
    columns += character === '\t' ? ' '.repeat(tabWidth(columns)) : character;
  return columns + line.slice(end);
}

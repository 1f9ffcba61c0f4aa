/** A line of a text, without its end. */
export interface Line {
  start: number;
  /** Exclusive. */
  end: number;
}

export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  const ends = /\r\n|\n|\r/g;
  for (let start = 0; start < text.length; start = ends.lastIndex) {
    const found = ends.exec(text);
    lines.push({ start, end: found?.index ?? text.length });
    if (!found) break;
  }
  return lines;
}

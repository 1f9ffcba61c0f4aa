import { MAX_ROW_CHARS } from './row.js';

export interface Line {
  /** From 1. */
  number: number;
  /** Without its end; cut when it is too long. */
  text: string;
  isTooLong: boolean;
}

/** Splits text into lines. Only LF and CR LF end one: JSON may hold any other separator within a string. */
export async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 1;
  let rest = '';
  let isCut = false;
  const line = (end: string): Line => {
    const text = rest + end;
    const isTooLong = isCut || text.length > MAX_ROW_CHARS;
    rest = '';
    isCut = false;
    return { number: number++, text: text.slice(0, MAX_ROW_CHARS).replace(/\r$/, ''), isTooLong };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf('\n'); to >= 0; to = chunk.indexOf('\n', from)) {
      yield line(chunk.slice(from, to));
      from = to + 1;
    }
    rest += chunk.slice(from);
    if (rest.length > MAX_ROW_CHARS) {
      isCut = true;
      rest = rest.slice(0, MAX_ROW_CHARS);
    }
  }
  if (rest !== '') yield line('');
}

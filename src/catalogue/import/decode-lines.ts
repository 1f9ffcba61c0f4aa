import iconv from 'iconv-lite';
import { MAX_ROW_CHARS } from './row.js';

const LF = 0x0a;
const UTF16_MARKS: readonly [mark: readonly number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * Turns bytes into text, whole lines at a time. A line that is not UTF-8 is read as Windows-1252, which older exports
 * are written in, so that one stray byte spoils no other line. UTF-16 is known by its mark.
 */
export async function* decodeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let utf16: ReturnType<typeof iconv.getDecoder> | undefined;
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst) utf16 = utf16DecoderFor(chunk);
    isFirst = false;
    if (utf16) {
      yield utf16.write(chunk).replace(/^\uFEFF/, '');
      continue;
    }
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LF) + 1;
    // A longer line is refused anyway; it need not be held together.
    const cut = end === 0 && bytes.length > MAX_ROW_CHARS ? bytes.length : end;
    if (cut > 0) yield decode(bytes.subarray(0, cut));
    rest = bytes.subarray(cut);
  }
  if (rest.length > 0) yield decode(rest);
  if (utf16) yield utf16.end() ?? '';
}

function utf16DecoderFor(start: Buffer) {
  const found = UTF16_MARKS.find(([mark]) => mark.every((byte, index) => start[index] === byte));
  return found && iconv.getDecoder(found[1], { stripBOM: true });
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return linesOf(bytes).map(decodeLine).join('');
  }
}

function decodeLine(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return iconv.decode(bytes, 'win1252');
  }
}

/** Each with its line feed. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const at = bytes.indexOf(LF, from);
    const to = at < 0 ? bytes.length : at + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

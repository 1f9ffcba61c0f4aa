import { storable } from '../document-builder.js';
import { DECLARATIONS } from './declarations.js';
import { withSigns } from './windows-1252.js';

/** A text, and what of the file was not text. */
export interface DecodedText {
  text: string;
  warnings: string[];
}

const SAMPLE_BYTES = 64 * 2 ** 10;
/** Declarations of the encoding stand in the first lines. */
const HEAD_BYTES = 2_048;
/** Control characters a text may hold, as a share: some programs leave a few in Unicode, legacy text has none. */
const MAX_CONTROLS = { unicode: 0.1, legacy: 0.002 };

/**
 * The text of a file. Null when its bytes are no text, or text in an encoding that cannot be detected reliably.
 * @param isCut whether these are the first bytes of more, so that the last character may be half
 */
export async function decodeText(file: Buffer, isCut = false): Promise<DecodedText | null> {
  const sample = file.subarray(0, SAMPLE_BYTES);
  const unicode = markOf(file) ?? utf16WithoutMark(sample, isUtf8(sample, true));
  if (unicode) return checked(new TextDecoder(unicode).decode(file), 'unicode');
  const bytes = withoutEnd(file);
  if (isUtf8(bytes, isCut)) return checked(new TextDecoder().decode(bytes), 'unicode');
  const declared = declaredEncoding(bytes);
  if (declared) return checked(withSigns(new TextDecoder(declared).decode(bytes)), 'legacy');
  const stray = strayBytes(bytes);
  if (stray > 0) return checked(new TextDecoder().decode(bytes), 'unicode', stray);
  // Its tables are loaded for the few files that need them.
  const { decodeLegacy } = await import('./legacy-encoding.js');
  const text = decodeLegacy(bytes);
  return text === null ? null : checked(text, 'legacy');
}

function checked(text: string, kind: keyof typeof MAX_CONTROLS, stray = 0): DecodedText | null {
  if (shareOfControls(text.slice(0, SAMPLE_BYTES)) > MAX_CONTROLS[kind]) return null;
  const warnings = stray
    ? [
        `${stray === 1 ? 'One byte is' : `${stray} bytes are`} no UTF-8 as the rest of the file is, and shown as \ufffd.`,
      ]
    : [];
  return { text: storable(text), warnings };
}

function markOf(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes.includes('\x1b$B') && bytes.every((byte) => byte < 0x80) ? 'iso-2022-jp' : null;
}

/** Without the zeros that fill up a file, and the mark that ends texts of DOS. */
function withoutEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x1a)) end--;
  return bytes.subarray(0, end);
}

function isUtf8(bytes: Buffer, isCut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    return true;
  } catch {
    return false;
  }
}

/**
 * How many bytes are no UTF-8 in a file that otherwise is; 0 when it is rather another encoding. Bytes of other
 * encodings rarely make valid sequences by chance: there are more of those than of bytes that are in none.
 */
function strayBytes(bytes: Buffer): number {
  let sequences = 0;
  let stray = 0;
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let isWhole = lead < 0x80 || (lead >= 0xc2 && lead < 0xf5);
    for (let i = 1; i < length && at + i < bytes.length && isWhole; i++)
      isWhole = (bytes[at + i]! & 0xc0) === 0x80;
    // The last character of a file that was cut.
    if (isWhole && at + length > bytes.length) return sequences > 2 * stray ? stray + 1 : 0;
    if (!isWhole) stray++;
    else if (length > 1) sequences++;
    at += isWhole ? length : 1;
  }
  return sequences >= 2 * stray ? stray : 0;
}

function declaredEncoding(bytes: Buffer): string | null {
  const head = bytes.subarray(0, HEAD_BYTES).toString('latin1');
  for (const declaration of DECLARATIONS) {
    const label = declaration.exec(head)?.[1];
    // What is no UTF-8 does not become so by being called it, nor UTF-16 by a line of single bytes.
    if (!label || /^utf-?(8|16)/i.test(label)) continue;
    try {
      return new TextDecoder(label).encoding;
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * UTF-16 shows in bytes that text of single bytes has not: a zero in every second one where most letters are Latin,
 * else control characters, while read as UTF-16 it is all letters.
 */
function utf16WithoutMark(sample: Buffer, isUtf8Too: boolean): string | null {
  if (!sample.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b))) return null;
  if (isUtf8Too && !hasHighBytes(sample)) return null;
  const even = sample.subarray(0, sample.length & ~1);
  const shares = (['utf-16le', 'utf-16be'] as const).map((encoding) => {
    const text = new TextDecoder(encoding).decode(even);
    return { encoding, share: shareOfWords(text), scripts: scriptsOf(text) };
  });
  const [best, next] = shares.toSorted((a, b) => b.share - a.share || a.scripts - b.scripts);
  const isAhead = best!.share > next!.share + 0.2 || best!.scripts < next!.scripts;
  return best!.share > 0.9 && isAhead ? best!.encoding : null;
}

/**
 * Whether half of the bytes in odd or in even places are below those of letters, as the high bytes of UTF-16 are in
 * alphabets. A text of single bytes may have a few such bytes, anywhere.
 */
function hasHighBytes(sample: Buffer): boolean {
  const low = [0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at]! < 0x20) low[at % 2]!++;
  return Math.max(...low) * 4 >= sample.length - 1;
}

function shareOfWords(text: string): number {
  const words = text.match(/[\p{L}\p{M}\p{N}\p{P}\s$€£+=<>|~^°]/gu)?.length ?? 0;
  return words / Math.max(1, [...text].length);
}

/** In how many blocks of 256 characters the text is: text in the wrong byte order is in many. */
const scriptsOf = (text: string) => new Set([...text].map((char) => char.codePointAt(0)! >> 8)).size;

function shareOfControls(sample: string): number {
  // oxlint-disable-next-line no-control-regex -- they are counted
  const controls = sample.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
  return controls / Math.max(1, sample.length);
}

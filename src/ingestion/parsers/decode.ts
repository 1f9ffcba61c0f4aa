import { storable } from './document-builder.js';

const SAMPLE_BYTES = 64 * 2 ** 10;
/** Control characters a text may hold, as a share: some programs leave a few in Unicode, legacy text has none. */
const MAX_CONTROLS = { unicode: 0.1, legacy: 0.002 };

/** The text of a file, or of its beginning; null when the bytes are not text in any encoding. */
export async function decodeText(bytes: Buffer): Promise<string | null> {
  const unicode = unicodeEncoding(bytes);
  const text = unicode ? new TextDecoder(unicode).decode(bytes) : await decodeLegacy(bytes);
  if (text === null) return null;
  const limit = unicode ? MAX_CONTROLS.unicode : MAX_CONTROLS.legacy;
  return shareOfControls(text.slice(0, SAMPLE_BYTES)) > limit ? null : storable(text);
}

function unicodeEncoding(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return utf16WithoutMark(bytes.subarray(0, SAMPLE_BYTES)) ?? (isUtf8(bytes) ? 'utf-8' : null);
}

/** The last character may be cut off. */
function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** In UTF-16 most of what people write has a zero in every second byte, always the same one. */
function utf16WithoutMark(sample: Buffer): string | null {
  const zeros = [0, 0];
  sample.forEach((byte, i) => byte === 0 && zeros[i % 2]!++);
  const many = sample.length / 5;
  const few = sample.length / 100;
  if (zeros[1]! > many && zeros[0]! <= few) return 'utf-16le';
  if (zeros[0]! > many && zeros[1]! <= few) return 'utf-16be';
  return null;
}

/** The libraries are loaded for the few files that need them. */
async function decodeLegacy(bytes: Buffer): Promise<string | null> {
  const [{ detect }, { default: iconv }] = await Promise.all([import('chardet'), import('iconv-lite')]);
  // Only what is not ASCII tells encodings apart, and it may come late.
  const at = Math.max(0, bytes.findIndex((byte) => byte > 0x7f) - 1_000);
  const name = detect(bytes.subarray(at, at + SAMPLE_BYTES));
  if (!name || !iconv.encodingExists(name)) return null;
  // Windows-1252 is Latin-1 with quotes and dashes in the place of controls.
  return iconv.decode(bytes, name === 'ISO-8859-1' ? 'windows-1252' : name);
}

function shareOfControls(sample: string): number {
  // oxlint-disable-next-line no-control-regex -- they are what is counted
  const controls = sample.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
  return controls / Math.max(1, sample.length);
}

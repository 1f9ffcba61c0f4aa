import { inflateSync } from 'node:zlib';

/** An object of a PDF: what stands in its file, without the bytes of streams. */
export interface PdfObject {
  /** As in `12R`, as pdf.js writes it. */
  id: string;
  text: string;
}

const MAX_PACKED_BYTES = 2 ** 24;
const OBJECT = /(?<![\d.])(\d{1,10}) (\d{1,5}) obj\b([^]*?)(?:\bstream\r?\n|\bendobj\b)/g;

/**
 * The objects of a file, packed ones included, by a plain scan: for what pdf.js does not tell. Of an encrypted file its
 * strings are of no use.
 */
export function* objectsOf(bytes: Buffer): Generator<PdfObject> {
  const source = bytes.toString('latin1');
  for (const match of source.matchAll(OBJECT)) {
    const [whole, number, generation, text = ''] = match;
    yield { id: idOf(number, generation), text };
    if (!/\/Type\s*\/ObjStm\b/.test(text) || !whole.endsWith('\n')) continue;
    yield* unpacked(bytes.subarray(match.index + whole.length), text);
  }
}

const idOf = (number = '', generation = '') => `${number}R${generation === '0' ? '' : generation}`;

/** The objects of a stream of objects: their numbers and places stand at its beginning. */
function* unpacked(bytes: Buffer, dictionary: string): Generator<PdfObject> {
  const first = Number(/\/First\s+(\d+)/.exec(dictionary)?.[1] ?? 0);
  const content = inflated(bytes, dictionary);
  const places = (content.slice(0, first).match(/\d+/g) ?? []).map(Number);
  for (let i = 0; i + 1 < places.length; i += 2) {
    const end = places[i + 3] ?? content.length;
    yield { id: `${places[i]}R`, text: content.slice(first + places[i + 1]!, first + end) };
  }
}

function inflated(bytes: Buffer, dictionary: string): string {
  const length = Number(/\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(dictionary)?.[1] ?? bytes.indexOf('endstream'));
  const packed = bytes.subarray(0, length);
  if (!dictionary.includes('/FlateDecode')) return packed.toString('latin1');
  try {
    return inflateSync(packed, { maxOutputLength: MAX_PACKED_BYTES }).toString('latin1');
  } catch {
    return '';
  }
}

/** The strings of the array that a key names: of `/Opt [(By post) <FEFF0041>]`, these two. */
export function stringsAt(text: string, key: string): string[] {
  const array =
    new RegExp(`/${key}\\s*\\[((?:\\((?:\\\\[^]|[^\\\\)])*\\)|[^\\]])*)\\]`).exec(text)?.[1] ?? '';
  return [...array.matchAll(/\(((?:\\[^]|[^\\)])*)\)|<([\da-f\s]*)>/gi)].map(([, literal, hex]) =>
    decoded(literal === undefined ? Buffer.from((hex ?? '').replaceAll(/\s/g, ''), 'hex') : bytesOf(literal)),
  );
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const bytesOf = (literal: string) =>
  Buffer.from(
    literal.replaceAll(/\\(?:([0-7]{1,3})|(\r\n|[^]))/g, (_, octal?: string, char = '') =>
      octal
        ? String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
        : (ESCAPES[char as string] ?? String(char)),
    ),
    'latin1',
  );

/** UTF-16 behind its mark, else letters of Western Europe. */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return bytes[0] === 0xef && bytes[1] === 0xbb
    ? bytes.subarray(3).toString('utf8')
    : bytes.toString('latin1');
}

import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import iconv from 'iconv-lite';
import { isVisible, takeGraphemes, withoutHidden } from '../common/text.js';

/** The limit of most file systems. */
const MAX_BYTES = 255;
/** A longer suffix is part of the name, not an extension. */
const MAX_EXTENSION_BYTES = 32;
/** Lone surrogates, marks of the text direction, and invisible operators. */
const MARKS = /[\p{Cs}\u061c\u200e\u200f\u2061-\u2065]/gu;
const NAMELESS = 'upload';

/**
 * Sanitizes a client's file name for storage and display: without folders and invisible characters, in NFC, of at
 * most 255 bytes, with its extension. Never empty.
 */
export function cleanFilename(name: string): string {
  const base = name.split(/[/\\]/).at(-1)!;
  const kept = tidy(cutBytes(tidy(withoutHidden(base).replace(MARKS, '').normalize('NFC'))));
  return isVisible(kept) ? kept : NAMELESS;
}

/**
 * Decodes a client's file name.
 * @param raw from the header of a form's part, each byte as one character; text of `filename*` is already decoded
 */
export function decodeFilename(raw: string): string {
  const isDecoded = /[^\0-\xff]/.test(raw);
  return decodeMimeWords(isDecoded ? raw : decodeBytes(Buffer.from(raw, 'latin1')));
}

/** Browsers send UTF-8; other programs nearly always Windows-1252. */
const decodeBytes = (bytes: Buffer) =>
  isUtf8(bytes) ? bytes.toString() : iconv.decode(bytes, 'windows-1252');

/** An encoded word of RFC 2047, as mail programs name files: `=?UTF-8?B?w6QudHh0?=`. */
const MIME_WORD = /=\?([\w.:-]+)(?:\*[\w-]+)?\?([bq])\?([^?\s]*)\?=/gi;

// Blanks between two encoded words are none of the text.
const decodeMimeWords = (name: string) =>
  name.replaceAll(/\?=\s+=\?/g, '?==?').replaceAll(MIME_WORD, decodeMimeWord);

function decodeMimeWord(word: string, charset: string, encoding: string, text: string): string {
  if (!iconv.encodingExists(charset)) return word;
  const isBase64 = encoding.toLowerCase() === 'b';
  return iconv.decode(isBase64 ? Buffer.from(text, 'base64') : quotedBytes(text), charset);
}

function quotedBytes(text: string): Buffer {
  const toByte = (_escape: string, hex: string) => String.fromCharCode(parseInt(hex, 16));
  return Buffer.from(text.replaceAll('_', ' ').replaceAll(/=([\da-f]{2})/gi, toByte), 'latin1');
}

/** Leading blanks and trailing dots are not preserved by every system. */
const tidy = (name: string) => name.trimStart().replace(/[.\s]+$/, '');

function cutBytes(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const found = extname(name);
  const extension = Buffer.byteLength(found) <= MAX_EXTENSION_BYTES ? found : '';
  const room = MAX_BYTES - Buffer.byteLength(extension);
  return takeGraphemes(name, room, (part) => Buffer.byteLength(part)) + extension;
}

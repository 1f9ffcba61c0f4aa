import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import iconv from 'iconv-lite';
import { isVisible, takeGraphemes } from '../common/text.js';

/** Most file systems take no more. */
const MAX_BYTES = 255;
/** What is longer is a name with a dot in it. */
const MAX_EXTENSION_BYTES = 32;
/** Control characters, line ends, and what turns the direction of text: `exe.pdf` that is really `fdp.exe`. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const NAMELESS = 'upload';

/**
 * A client's name for a file as it is kept and shown: without folders and unseen characters, in NFC, of at most
 * 255 bytes, its extension kept. Never empty.
 */
export function cleanFilename(name: string): string {
  const base = name.split(/[/\\]/).at(-1)!;
  const kept = tidy(cutBytes(tidy(base.replace(UNSEEN, '').normalize('NFC'))));
  return isVisible(kept) ? kept : NAMELESS;
}

/**
 * The name that a client meant.
 * @param raw from the header of a form's part, each byte as one character; text of `filename*` is decoded already
 */
export function decodeFilename(raw: string): string {
  const isDecoded = /[^\0-\xff]/.test(raw);
  return decodeMimeWords(isDecoded ? raw : decodeBytes(Buffer.from(raw, 'latin1')));
}

/** Browsers send UTF-8 today; programs that know nothing of it nearly always Windows' Latin-1. */
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

/** Blanks around a name, and dots behind it, are not kept by every system. */
const tidy = (name: string) => name.trimStart().replace(/[.\s]+$/, '');

function cutBytes(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const found = extname(name);
  const extension = Buffer.byteLength(found) <= MAX_EXTENSION_BYTES ? found : '';
  const room = MAX_BYTES - Buffer.byteLength(extension);
  return takeGraphemes(name, room, (part) => Buffer.byteLength(part)) + extension;
}

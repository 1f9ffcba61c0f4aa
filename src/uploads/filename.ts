import { extname } from 'node:path';

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
  return tidy(cutBytes(tidy(base.replace(UNSEEN, '').normalize('NFC')))) || NAMELESS;
}

/** Blanks around a name, and dots behind it, are not kept by every system. */
const tidy = (name: string) => name.trimStart().replace(/[.\s]+$/, '');

function cutBytes(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const found = extname(name);
  const extension = Buffer.byteLength(found) <= MAX_EXTENSION_BYTES ? found : '';
  const room = MAX_BYTES - Buffer.byteLength(extension);
  // A character that was cut in two is left out.
  const stem = Buffer.from(name)
    .subarray(0, room)
    .toString()
    .replace(/\ufffd$/, '');
  return stem + extension;
}

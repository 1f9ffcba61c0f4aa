import type { PackedDocument } from './parsers/parsed-document.js';

const NOT_DESCRIBED =
  'It was not described either, since no vision model is configured: nothing in it can be found.';
const NO_WORDS = 'The vision model described nothing in the picture: nothing in it can be found.';

/** What can be found of a picture that a model described. */
export function pictureDocument(caption: string): PackedDocument {
  const text = caption.trim();
  return text ? document(text, []) : document('', [NO_WORDS]);
}

/** A picture that nothing is found of. @param reason a sentence why no text was recognised in it */
export const unreadPicture = (reason: string): PackedDocument => document('', [`${reason} ${NOT_DESCRIBED}`]);

const document = (text: string, warnings: string[]): PackedDocument => ({
  text,
  blocks: text ? [{ kind: 'paragraph', start: 0, end: text.length }] : [],
  tablesJson: null,
  warnings,
});

import type { PackedDocument } from './parsers/parsed-document.js';

const NOT_DESCRIBED =
  'The picture was not described, since no vision model is configured: nothing in it can be found.';
const NO_WORDS = 'The vision model described nothing in the picture: nothing in it can be found.';

/**
 * What can be found of a picture: its description.
 * @param caption null where no model looked at it
 */
export function pictureDocument(caption: string | null): PackedDocument {
  const text = caption?.trim() ?? '';
  return {
    text,
    blocks: text ? [{ kind: 'paragraph', start: 0, end: text.length }] : [],
    tablesJson: null,
    warnings: text ? [] : [caption === null ? NOT_DESCRIBED : NO_WORDS],
  };
}

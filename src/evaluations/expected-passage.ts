import type { Expected } from '../database/entities/operations/evaluation.entity.js';

/** Tables are read into another layout than their files have, so words are compared, and nearly all must be there. */
const ENOUGH = 0.9;

/** A passage that was found. */
interface Found {
  attachmentId: string;
  filename: string;
  text: string;
}

/** Whether a passage is of the expected document, and has the quote where there is one. */
export const isExpected = (expected: Expected, { attachmentId, filename, text }: Found): boolean =>
  expected.answerable &&
  (expected.document_id === undefined || expected.document_id === attachmentId) &&
  (expected.filename === undefined || expected.filename === filename) &&
  holdsWords(expected.quote ?? '', text);

/** Whether a text has nearly all the words of a quote. */
export function holdsWords(quote: string, text: string): boolean {
  const there = new Set(wordsOf(text));
  const wanted = wordsOf(quote);
  return wanted.filter((word) => there.has(word)).length >= wanted.length * ENOUGH;
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

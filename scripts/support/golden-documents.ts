import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkPassage } from '../../src/database/repositories/documents/chunks.repository.js';
import { holdsWords } from '../../src/evaluations/expected-passage.js';

export interface GoldenQuestion {
  id: string;
  question: string;
  /** File that answers; null when none does. */
  document: string | null;
  /** Words of the document that answer. */
  quote?: string;
  /**
   * Hard ones share no word with their answer, or ask for something that the document on their topic does not
   * contain.
   */
  level: 'usual' | 'hard';
  split: 'tune' | 'held';
}

export interface Golden {
  /** Paths of the documents. */
  files: string[];
  questions: GoldenQuestion[];
}

const FOLDER = 'test/eval/documents';
export async function readGolden(): Promise<Golden> {
  const files = (await readdir(FOLDER)).sort().map((name) => join(FOLDER, name));
  const questions = JSON.parse(await readFile('test/eval/documents.json', 'utf8')) as GoldenQuestion[];
  return { files, questions };
}

/** Whether a passage holds the words that answer a question. */
export const answers = (question: GoldenQuestion, passage: ChunkPassage): boolean =>
  passage.filename === question.document && holdsAnswer(question, passage.text);

/** Whether a text holds nearly all of the words that answer a question. */
export const holdsAnswer = ({ quote = '' }: GoldenQuestion, text: string): boolean => holdsWords(quote, text);

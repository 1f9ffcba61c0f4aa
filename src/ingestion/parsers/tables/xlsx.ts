import { readFile } from 'node:fs/promises';
import { Archive } from '../office/archive.js';
import type { ParsedDocument } from '../parsed-document.js';
import { checkSheetCount, parseBook } from './workbook.js';

/** A workbook of Excel. */
export async function parse(file: string): Promise<ParsedDocument> {
  const archive = await Archive.open(file);
  try {
    checkSheetCount((await archive.text('xl/workbook.xml'))?.match(/<(?:\w+:)?sheet\s/g)?.length ?? 0);
  } finally {
    archive.close();
  }
  return parseBook(await readFile(file));
}

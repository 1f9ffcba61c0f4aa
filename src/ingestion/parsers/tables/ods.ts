import { readFile } from 'node:fs/promises';
import { Archive } from '../office/archive.js';
import { contentOf } from '../office/open-document.js';
import type { ParsedDocument } from '../parsed-document.js';
import { checkSheetCount, parseBook } from './workbook.js';

/** A spreadsheet of LibreOffice, read like other workbooks. */
export async function parse(file: string): Promise<ParsedDocument> {
  const archive = await Archive.open(file);
  try {
    const content = await contentOf(archive);
    const styles = content.slice(0, content.indexOf('<office:body'));
    const hidden = new Set(
      [...styles.matchAll(/<style:style\b([^>]*)>(?:(?!<\/style:style>)[^])*?table:display="false"/g)].map(
        ([, attributes = '']) => attributeOf(attributes, 'style:name'),
      ),
    );
    const sheets = [...content.matchAll(/<table:table\s([^>]*)>/g)].map(([, attributes = '']) =>
      attributeOf(attributes, 'table:style-name'),
    );
    checkSheetCount(sheets.length);
    return parseBook(await readFile(file), (sheet) => hidden.has(sheets[sheet] ?? ''));
  } finally {
    archive.close();
  }
}

const attributeOf = (attributes: string, name: string): string =>
  new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';

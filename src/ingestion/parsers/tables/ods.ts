import { readFile } from 'node:fs/promises';
import { Archive } from '../office/archive.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';
import { checkSheetCount, parseBook } from './workbook.js';

/** A spreadsheet of LibreOffice, read like other workbooks. */
export async function parse(file: string): Promise<ParsedDocument> {
  const archive = await Archive.open(file);
  try {
    if ((await archive.text('META-INF/manifest.xml'))?.includes('encryption-data'))
      throw new UnreadableFileError('The file is protected by a password.');
    const content = await archive.text('content.xml');
    if (!content) throw new UnreadableFileError('The file is damaged: it has no content.');
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

import { posix } from 'node:path';
import { load } from 'cheerio/slim';
import { Archive } from '../office/archive.js';
import { DocumentBuilder } from '../document-builder.js';
import { addHtml } from './html.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';

const CONTAINER = 'META-INF/container.xml';

const NAMES = new Intl.ListFormat('en');

/** A book, chapter by chapter in the order in which it is read; every one is a page. */
export async function parse(file: string): Promise<ParsedDocument> {
  const archive = await Archive.open(file, { mayDeclareTypes: true });
  try {
    if ((await archive.text('META-INF/encryption.xml'))?.includes('EncryptedKey'))
      throw new UnreadableFileError('The book is protected against copying: it cannot be read.');
    const packagePath = load((await archive.text(CONTAINER)) ?? '', { xml: true })('rootfile')
      .first()
      .attr('full-path');
    const list = packagePath && (await archive.text(packagePath));
    if (!list) throw new UnreadableFileError('The file is damaged: it has no list of chapters.');
    const $ = load(list, { xml: true });
    const builder = new DocumentBuilder();
    const title = $('dc\\:title').first().text().trim();
    const chapters = $('spine > itemref')
      .toArray()
      .flatMap((reference) => $(`manifest > item[id="${$(reference).attr('idref')}"]`).attr('href') ?? []);
    const authors = $('dc\\:creator')
      .toArray()
      .map((creator) => $(creator).text().trim())
      .filter(Boolean);
    if (authors.length > 0)
      builder.add('paragraph', `${title || 'It'} was written by ${NAMES.format(authors)}.`, { page: 1 });
    for (const [i, href] of chapters.entries()) {
      const path = posix.join(posix.dirname(packagePath), decodeURIComponent(href.split('#')[0]!));
      const chapter = await archive.text(path);
      if (chapter === undefined) builder.warnings.push(`Chapter ${i + 1} is missing in the file.`);
      else addHtml(builder, chapter, i + 1);
    }
    builder.title = title || undefined;
    return builder.build();
  } finally {
    archive.close();
  }
}

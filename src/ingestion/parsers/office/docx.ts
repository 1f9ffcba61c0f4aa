import mammoth from 'mammoth';
import { load } from 'cheerio/slim';
import { Archive } from './archive.js';
import { withShownText } from './docx-shown.js';
import { parseHtml } from '../markup/html.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';

/** The title is not among what mammoth takes for a heading. */
const styleMap = ["p[style-name='Title'] => h1:fresh"];

/**
 * A Word document by way of HTML, as displayed: with changes accepted, automatic numbers, notes, charts and text boxes,
 * without comments and pictures.
 */
export async function parse(file: string): Promise<ParsedDocument> {
  (await Archive.open(file)).close();
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  try {
    const buffer = await withShownText(file);
    const { value } = await mammoth.convertToHtml({ buffer }, { convertImage, styleMap });
    return parseHtml(withNotesInText(value));
  } catch (error) {
    if (error instanceof UnreadableFileError || error instanceof RangeError) throw error;
    throw new UnreadableFileError('The file is damaged: it cannot be read as a Word document.', {
      cause: error,
    });
  }
}

/** Footnotes and endnotes in brackets where they are referred to: their numbers would read as part of the text. */
function withNotesInText(html: string): string {
  const $ = load(html, null, false);
  const notes = $('[id^="footnote-"], [id^="endnote-"]').filter('li');
  for (const reference of $('a[id^="footnote-ref-"], a[id^="endnote-ref-"]').toArray()) {
    const id = $(reference).attr('href')?.slice(1);
    const note = notes.filter((_, item) => $(item).attr('id') === id);
    note.find('a[href^="#footnote-ref-"], a[href^="#endnote-ref-"]').remove();
    note.find('p, li').after(' ');
    const words = note.text().replaceAll(/\s+/g, ' ').trim();
    const mark = $(reference).parent('sup');
    (mark.length > 0 ? mark : $(reference)).replaceWith($('<span></span>').text(words ? ` (${words})` : ''));
  }
  const list = notes.parent('ol');
  notes.remove();
  list.filter((_, item) => $(item).children().length === 0).remove();
  // What spans rows may begin in the header.
  for (const part of $('thead, tbody').toArray()) $(part).replaceWith($(part).contents());
  return $.html();
}

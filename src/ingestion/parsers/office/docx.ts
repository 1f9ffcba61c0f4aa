import mammoth from 'mammoth';
import { Archive } from './archive.js';
import { withShownText } from './docx-shown.js';
import { parseHtml } from '../markup/html.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';

/** The title is not among what mammoth takes for a heading. */
const styleMap = ["p[style-name='Title'] => h1:fresh"];

/**
 * A Word document by way of HTML, as displayed: with changes accepted, automatic numbers, notes and text boxes,
 * without comments and pictures.
 */
export async function parse(file: string): Promise<ParsedDocument> {
  (await Archive.open(file)).close();
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  try {
    const buffer = await withShownText(file);
    return parseHtml((await mammoth.convertToHtml({ buffer }, { convertImage, styleMap })).value);
  } catch (error) {
    if (error instanceof UnreadableFileError || error instanceof RangeError) throw error;
    throw new UnreadableFileError('The file is damaged: it cannot be read as a Word document.', {
      cause: error,
    });
  }
}

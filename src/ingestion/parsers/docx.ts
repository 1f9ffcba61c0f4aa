import mammoth from 'mammoth';
import { Archive } from './archive.js';
import { parseHtml } from './html.js';
import { UnreadableFileError, type ParsedDocument } from './parsed-document.js';

/** The title is not among what mammoth takes for a heading. */
const styleMap = ["p[style-name='Title'] => h1:fresh"];

/** A Word document by way of HTML; pictures are left out. */
export async function parse(file: string): Promise<ParsedDocument> {
  (await Archive.open(file)).close();
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  try {
    return parseHtml((await mammoth.convertToHtml({ path: file }, { convertImage, styleMap })).value);
  } catch (error) {
    if (error instanceof UnreadableFileError || error instanceof RangeError) throw error;
    throw new UnreadableFileError('The file is damaged: it cannot be read as a Word document.', {
      cause: error,
    });
  }
}

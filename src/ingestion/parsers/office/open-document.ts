import { UnreadableFileError } from '../parsed-document.js';
import type { Archive } from './archive.js';

/** The content of a document in an OpenDocument format, as XML. @throws UnreadableFileError */
export async function contentOf(archive: Archive): Promise<string> {
  if ((await archive.text('META-INF/manifest.xml'))?.includes('encryption-data'))
    throw new UnreadableFileError('The file is protected by a password.');
  const content = await archive.text('content.xml');
  if (!content) throw new UnreadableFileError('The file is damaged: it has no content.');
  return content;
}

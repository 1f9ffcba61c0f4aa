import { readFile } from 'node:fs/promises';
import { decodeText } from './decode.js';
import { UnreadableFileError, type ParsedDocument } from './parsed-document.js';

type ParseText = (text: string, name: string) => ParsedDocument | Promise<ParsedDocument>;

/** Makes a parser of files from one of texts. */
export function ofText(parseText: ParseText): (file: string, name: string) => Promise<ParsedDocument> {
  return async (file, name) => {
    const text = await decodeText(await readFile(file));
    if (text === null)
      throw new UnreadableFileError('The file is damaged: it is not text in any known encoding.');
    return parseText(text, name);
  };
}

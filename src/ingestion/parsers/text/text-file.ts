import { readFile } from 'node:fs/promises';
import { decodeText } from '../encodings/decode.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';

type ParseText = (text: string, name: string) => ParsedDocument | Promise<ParsedDocument>;

/** Makes a parser of files from one of texts. */
export function ofText(parseText: ParseText): (file: string, name: string) => Promise<ParsedDocument> {
  return async (file, name) => {
    const decoded = await decodeText(await readFile(file));
    if (!decoded) throw new UnclearEncodingError();
    const document = await parseText(decoded.text, name);
    return { ...document, warnings: [...decoded.warnings, ...document.warnings] };
  };
}

/** The bytes are text in one of several encodings, and a wrong choice would be stored as other letters. */
export class UnclearEncodingError extends UnreadableFileError {
  constructor() {
    super('It cannot be told in which encoding the text is. Save it as UTF-8 and upload it again.');
  }
}

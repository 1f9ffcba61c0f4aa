import { readFile } from 'node:fs/promises';
import { DocumentBuilder } from '../document-builder.js';
import type { OpenRecogniser } from '../ocr/text-recogniser.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';

/** The text that is recognised in a picture. */
export async function parse(
  file: string,
  _name: string,
  open: OpenRecogniser | null,
): Promise<ParsedDocument> {
  if (!open) throw new UnreadableFileError('Text in pictures is not recognised: OCR_LANGUAGES is off.');
  const recogniser = await open();
  const recognised = await recogniser.recognise(await readFile(file));
  await recogniser.close();
  if (recognised === 'timeout' || recognised === 'spent')
    throw new UnreadableFileError('Recognising text in the picture took too long.');
  if (recognised === 'illegible')
    throw new UnreadableFileError('No legible text was recognised in the picture.');
  const builder = new DocumentBuilder();
  for (const paragraph of recognised.paragraphs) builder.add('paragraph', paragraph, { isRecognised: true });
  builder.warnings.push(
    recognised.isPartial
      ? 'The text was recognised in a picture (OCR) and may hold mistakes; parts of it were not legible.'
      : 'The text was recognised in a picture (OCR) and may hold mistakes.',
  );
  return builder.build();
}

#!/usr/bin/env node
// Puts what the parsers need at run time beside them: the character maps of Chinese, Japanese and Korean PDFs, and the
// languages of text recognition. The build needs the packages that bring them, a running server does not.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const parsers = fileURLToPath(new URL('../dist/src/ingestion/parsers', import.meta.url));
const packageFolder = (name) => dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));

cpSync(join(packageFolder('pdfjs-dist'), 'cmaps'), join(parsers, 'cmaps'), { recursive: true });
for (const language of ['eng', 'deu', 'fra']) {
  const file = `${language}.traineddata.gz`;
  cpSync(
    join(packageFolder(`@tesseract.js-data/${language}`), '4.0.0_best_int', file),
    join(parsers, 'ocr-languages', file),
  );
}

#!/usr/bin/env node
// Puts the character maps of Chinese, Japanese and Korean PDFs beside the built parser: the build needs the package that
// brings them, a running server does not.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json'))), 'cmaps');
cpSync(source, fileURLToPath(new URL('../dist/src/ingestion/parsers/cmaps', import.meta.url)), {
  recursive: true,
});

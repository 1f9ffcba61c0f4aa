import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectType } from '../../src/ingestion/file-types.js';
import { parseFile, type ParseLimits } from '../../src/ingestion/parsers/parse-file.js';
import type { ParsedDocument, ParsedTable } from '../../src/ingestion/parsers/parsed-document.js';

const LIMITS: ParseLimits = { memoryMb: 512, cpuSeconds: 40, wallSeconds: 320 };

/** Files of a suite in a folder of their own: their types, and what the parsers read in them. */
export class ParsedFiles {
  readonly directory = mkdtempSync(join(tmpdir(), 'parley-parsers-'));

  async save(name: string, content: Buffer | string): Promise<string> {
    const file = join(this.directory, name);
    await writeFile(file, content);
    return file;
  }

  async typeOf(name: string, content: Buffer | string) {
    return detectType(await this.save(name, content), name);
  }

  async read(
    name: string,
    content: Buffer | string,
    limits: Partial<ParseLimits> = {},
    signal = new AbortController().signal,
  ): Promise<ParsedDocument> {
    const file = await this.save(name, content);
    const type = await detectType(file, name);
    const { tablesJson, ...document } = await parseFile(file, type!, { ...LIMITS, ...limits }, signal);
    return { ...document, tables: JSON.parse(tablesJson ?? '[]') as ParsedTable[] };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** The blocks of a document as `kind: words`. */
export const shown = ({ text, blocks }: ParsedDocument) =>
  blocks.map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);

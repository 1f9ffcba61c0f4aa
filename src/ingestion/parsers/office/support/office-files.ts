import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSZip from 'jszip';
import { detectType } from '../../../file-types.js';
import { fileKindOf } from '../../file-kinds.js';
import type { ParsedDocument } from '../../parsed-document.js';

const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Parses a file by what it holds, as an upload of this name. */
export async function read(name: string, content: Buffer | string): Promise<ParsedDocument> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-office-'));
  try {
    const file = join(directory, name);
    await writeFile(file, content);
    const type = await detectType(file, name);
    const parser = await fileKindOf(type!.mediaType)!.parser();
    return await parser.parse(file, type!.name, null);
  } finally {
    await rm(directory, { recursive: true });
  }
}

export function zipOf(parts: Record<string, string>): Promise<Buffer> {
  const zip = new JSZip();
  for (const [name, content] of Object.entries(parts)) zip.file(name, content);
  return zip.generateAsync({ type: 'nodebuffer' });
}

export const relations = (list: readonly (readonly [string, string, string])[]) =>
  `<Relationships ${RELATIONS}>${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`).join('')}</Relationships>`;

/** The blocks as `kind: words`. */
export const shown = ({ text, blocks }: ParsedDocument) =>
  blocks.map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);

import { z } from 'zod';
import { DocumentBuilder } from '../document-builder.js';
import { parseMarkdown } from '../markup/markdown.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';
import { ofText } from './text-file.js';

/** Lines, each with its end, or all in one. */
const linesSchema = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);

/** What is read of a notebook of Jupyter. */
const notebookSchema = z.object({
  cells: z.array(
    z.object({
      cell_type: z.string(),
      source: linesSchema,
      outputs: z
        .array(z.object({ text: linesSchema.optional(), data: z.record(z.string(), z.unknown()).optional() }))
        .optional(),
    }),
  ),
});

/** Results of a cell that are kept; the rest is logs. */
const MAX_OUTPUT_CHARS = 2_000;

/** A notebook, cell by cell: text, code, and what code has written. Pictures are left out. */
function parseNotebook(text: string): ParsedDocument {
  const notebook = notebookSchema.safeParse(jsonOf(text));
  if (!notebook.success)
    throw new UnreadableFileError('The file is damaged: it cannot be read as a notebook.');
  const builder = new DocumentBuilder();
  let pictures = 0;
  for (const { cell_type: kind, source, outputs = [] } of notebook.data.cells) {
    if (kind === 'code') builder.add('code', source);
    else addMarkdown(builder, source);
    for (const { text: written, data } of outputs) {
      const plain = linesSchema.safeParse(data?.['text/plain']);
      builder.add('code', (written ?? plain.data ?? '').slice(0, MAX_OUTPUT_CHARS));
      if (Object.keys(data ?? {}).some((type) => type.startsWith('image/'))) pictures++;
    }
  }
  if (pictures > 0)
    builder.warnings.push(
      pictures === 1 ? 'One picture was left out.' : `${pictures} pictures were left out.`,
    );
  return builder.build();
}

export const parse = ofText(parseNotebook);

function addMarkdown(builder: DocumentBuilder, source: string): void {
  const { text, blocks, title, warnings } = parseMarkdown(source);
  builder.title ??= title;
  builder.warnings.push(...warnings);
  for (const { kind, start, end, level } of blocks)
    builder.add(kind, text.slice(start, end), { ...(level && { level }) });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

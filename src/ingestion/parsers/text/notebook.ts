import { z } from 'zod';
import { DocumentBuilder } from '../document-builder.js';
import { addHtml } from '../markup/html.js';
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
        .array(
          z.object({
            text: linesSchema.optional(),
            data: z.record(z.string(), z.unknown()).optional(),
            ename: z.string().optional(),
            evalue: z.string().optional(),
          }),
        )
        .optional(),
    }),
  ),
});

/** Results of a cell that are kept; the rest is logs. */
const MAX_OUTPUT_CHARS = 2_000;
const MAX_FRAME_CHARS = 200_000;
/** What pandas prints of a series with a name: the name of its index, its rows, its own name. */
const SERIES = /^([^]*\n)Name: (.+?),(?: Length: \d+,)? dtype: \S+\s*$/;
const SERIES_ROW = /^(\S(?:.*?\S)?)\s{2,}(-?[\d.,]+(?:e[+-]?\d+)?|\S+)$/;

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
    for (const { text: written, data, ename, evalue } of outputs) {
      const plain = linesSchema.safeParse(data?.['text/plain']).data;
      const html = linesSchema.safeParse(data?.['text/html']).data;
      if (html && isFrame(html)) addFrame(builder, html.slice(0, MAX_FRAME_CHARS));
      else addPlain(builder, written ?? plain ?? [ename, evalue].filter(Boolean).join(': '));
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

/** A data frame of pandas, whose columns have no names in plain text that is too wide. */
const isFrame = (html: string) => /<table[\s>]/.test(html.slice(0, MAX_FRAME_CHARS));

/** Adds a data frame as text alone: as data it would be computed over, though its rows are only the first and last. */
function addFrame(builder: DocumentBuilder, html: string): void {
  const shown = new DocumentBuilder();
  addHtml(shown, html);
  addBlocks(builder, shown.build());
}

/** What a cell has written; a series of pandas as rows with the names of its columns. */
function addPlain(builder: DocumentBuilder, text: string): void {
  const [, lines, name] = SERIES.exec(text) ?? [];
  const [head = '', ...rest] = (lines ?? '').trimEnd().split('\n');
  const isHeader = !SERIES_ROW.test(head);
  const rows = (isHeader ? rest : [head, ...rest]).map((line) => SERIES_ROW.exec(line));
  if (name === undefined || rows.length === 0 || !rows.every((row) => row !== null)) {
    builder.add('code', text.slice(0, MAX_OUTPUT_CHARS));
    return;
  }
  const index = isHeader ? head.trim() : 'index';
  const shown = rows.map(([, label = '', value = '']) => `${index}: ${label}; ${name}: ${value}`);
  builder.add('table', shown.join('\n').slice(0, MAX_OUTPUT_CHARS));
}

function addMarkdown(builder: DocumentBuilder, source: string): void {
  const document = parseMarkdown(source);
  builder.title ??= document.title;
  builder.warnings.push(...document.warnings);
  addBlocks(builder, document);
}

function addBlocks(builder: DocumentBuilder, { text, blocks }: ParsedDocument): void {
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

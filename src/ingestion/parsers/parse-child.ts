import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FileKind } from '../file-types.js';
import { decodeText } from './decode.js';
import { UnreadableFileError, type PackedDocument, type ParsedDocument } from './parsed-document.js';

/*
 * The process that reads one file, forked with a ParseTask as its argument. It answers once and ends; it ends as well
 * when its channel closes.
 */

/** What the process is asked to do. */
export interface ParseTask {
  file: string;
  kind: Exclude<FileKind, 'image'>;
  /** What a table is called that has no name of its own. */
  name: string;
  /** It ends by force after so long, also when nobody is left to do it. */
  seconds: number;
}

/** What it answers: the document, or a sentence why there is none, and what was thrown, for the log. */
export type ParseAnswer = { document: PackedDocument } | { unreadable: string; cause: string };

type Parse = (file: string, name: string) => ParsedDocument | Promise<ParsedDocument>;

/** Each library is loaded for its own files alone. */
const PARSERS: Record<ParseTask['kind'], () => Promise<Parse>> = {
  pdf: async () => (await import('./pdf.js')).parsePdf,
  docx: async () => (await import('./docx.js')).parseDocx,
  pptx: async () => (await import('./pptx.js')).parsePptx,
  xlsx: async () => (await import('./xlsx.js')).parseXlsx,
  csv: async () => ofText((await import('./csv.js')).parseCsv),
  html: async () => ofText((await import('./html.js')).parseHtml),
  markdown: async () => ofText((await import('./markdown.js')).parseMarkdown),
  text: async () => ofText((await import('./plain-text.js')).parsePlainText),
  json: async () => ofText((await import('./json.js')).parseJson),
};

const task = JSON.parse(process.argv[2] ?? '') as ParseTask;

// A signal to the process group asks the worker to drain: what it has begun may end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Whoever talks to the API goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// A parser that loops hears neither the channel nor a timer: a thread of its own does, and sees when it is orphaned.
const guard = `
  const end = () => process.kill(process.pid, 'SIGKILL');
  setTimeout(end, ${task.seconds * 1_000 + 1_000});
  setInterval(() => process.ppid !== ${process.ppid} && end(), 500);`;
new Worker(guard, { eval: true }).unref();
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => answer(refusalOf(error)));
if (!process.connected) process.exit();
parse(task).then(
  (document) => answer({ document }),
  (error: unknown) => answer(refusalOf(error)),
);

async function parse({ file, kind, name }: ParseTask): Promise<PackedDocument> {
  const run = await PARSERS[kind]();
  const { tables, ...document } = await run(file, name);
  if (!document.text.trim()) throw new UnreadableFileError('The file holds no text.');
  return { ...document, tablesJson: tables.length > 0 ? JSON.stringify(tables) : null };
}

function ofText(parseText: (text: string, name: string) => ParsedDocument | Promise<ParsedDocument>): Parse {
  return async (file, name) => {
    const text = await decodeText(await readFile(file));
    if (text === null)
      throw new UnreadableFileError('The file is damaged: it is not text in any known encoding.');
    return parseText(text, name);
  };
}

function refusalOf(error: unknown): ParseAnswer {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const sentence =
    error instanceof UnreadableFileError
      ? error.message
      : error instanceof RangeError
        ? 'The file is nested too deeply, or too large, to be read.'
        : 'The file is damaged: it cannot be read.';
  return { unreadable: sentence, cause: String(cause) };
}

function answer(message: ParseAnswer): void {
  process.send?.(message, () => process.exit());
}

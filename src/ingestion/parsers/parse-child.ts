import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { fileKindOf } from './file-kinds.js';
import { UnreadableFileError, type PackedDocument } from './parsed-document.js';

/*
 * The process that reads one file, forked with a ParseTask as its argument. It answers once and ends; it ends as well
 * when its channel closes.
 */

/** What the process is asked to do. */
export interface ParseTask {
  file: string;
  /** Of the table of file kinds, one with a parser. */
  mediaType: string;
  /** What a table is called that has no name of its own. */
  name: string;
  /** It ends by SIGXCPU after so much computing. */
  cpuSeconds: number;
  /** It ends by force after so long, also when nobody is left to do it. */
  wallSeconds: number;
}

/** What it answers: the document, or a sentence why there is none, and what was thrown, for the log. */
export type ParseAnswer = { document: PackedDocument } | { unreadable: string; cause: string };

const task = JSON.parse(process.argv[2] ?? '') as ParseTask;

// A signal to the process group asks the worker to drain: what it has begun may end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Whoever talks to the API goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// A parser that loops sees neither its channel nor a timer: a thread of its own does. It counts what the whole process
// computes, since on a busy machine the clock says nothing about the file, and ends it when it is orphaned.
const guard = `
  const end = (signal) => process.kill(process.pid, signal);
  setTimeout(() => end('SIGKILL'), ${task.wallSeconds * 1_000 + 1_000});
  setInterval(() => process.ppid !== ${process.ppid} && end('SIGKILL'), 500);
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    if (user + system > ${task.cpuSeconds * 1e6}) end('SIGXCPU');
  }, 100);`;
new Worker(guard, { eval: true }).unref();
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => answer(refusalOf(error)));
if (!process.connected) process.exit();
parse(task).then(
  (document) => answer({ document }),
  (error: unknown) => answer(refusalOf(error)),
);

async function parse({ file, mediaType, name }: ParseTask): Promise<PackedDocument> {
  const parser = await fileKindOf(mediaType)?.parser?.();
  if (!parser) throw new Error(`No parser reads ${mediaType}.`);
  const { tables, ...document } = await parser.parse(file, name);
  if (/^[\s…]*$/.test(document.text)) throw new UnreadableFileError('The file holds no text.');
  return { ...document, tablesJson: tables.length > 0 ? JSON.stringify(tables) : null };
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

import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { fileKindOf } from './file-kinds.js';
import type { OcrSettings, OpenRecogniser } from './ocr/text-recogniser.js';
import { UnreadableFileError, type PackedDocument } from './parsed-document.js';

/*
 * The process that reads one file, forked with a ParseTask as its argument. It answers once and ends; it ends as well
 * when its channel closes.
 */

/** The task of the process. */
export interface ParseTask {
  file: string;
  /** Of the table of file kinds, one with a parser. */
  mediaType: string;
  /** What a table is called that has no name of its own. */
  name: string;
  /** It ends by SIGXCPU after so much computing, and as much more as text recognition may take once it has begun. */
  cpuSeconds: number;
  /** It exits after this time, also when its parent has exited. */
  wallSeconds: number;
  /** Null where text in pictures is not recognised. */
  ocr: OcrSettings | null;
}

/** What loading the recogniser and stopping it in time may take. */
const OCR_START_SECONDS = 20;

/** Its result: the document, or the reason for people why there is none, and the error for the log. */
export type ParseAnswer = { document: PackedDocument } | { unreadable: string; cause: string };

const task = JSON.parse(process.argv[2] ?? '') as ParseTask;

// A signal to the process group makes the worker drain: tasks in progress may complete.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Requests to the API have priority.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// A parser in an endless loop handles neither messages nor timers: a watchdog thread does. It counts the CPU time of
// the whole process, since on a busy machine wall time does not depend on the file, and ends it when it is orphaned.
const guard = new Worker(
  `
  const { parentPort } = require('node:worker_threads');
  let seconds = ${task.cpuSeconds};
  parentPort.on('message', (more) => (seconds += more));
  const end = (signal) => process.kill(process.pid, signal);
  setTimeout(() => end('SIGKILL'), ${task.wallSeconds * 1_000 + 1_000});
  setInterval(() => process.ppid !== ${process.ppid} && end('SIGKILL'), 500);
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    if (user + system > seconds * 1e6) end('SIGXCPU');
  }, 100);`,
  { eval: true },
);
guard.unref();
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => answer(refusalOf(error)));
if (!process.connected) process.exit();
parse(task).then(
  (document) => answer({ document }),
  (error: unknown) => answer(refusalOf(error)),
);

async function parse({ file, mediaType, name, ocr }: ParseTask): Promise<PackedDocument> {
  const parser = await fileKindOf(mediaType)?.parser();
  if (!parser) throw new Error(`No parser reads ${mediaType}.`);
  const { tables, ...document } = await parser.parse(file, name, ocr && recogniserOf(ocr));
  if (/^[\s…]*$/.test(document.text)) throw new UnreadableFileError('The file holds no text.');
  return { ...document, tablesJson: tables.length > 0 ? JSON.stringify(tables) : null };
}

/** The package is loaded where it is needed alone. */
function recogniserOf(settings: OcrSettings): OpenRecogniser {
  return async () => {
    const { TextRecogniser } = await import('./ocr/text-recogniser.js');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
    guard.postMessage(settings.seconds + OCR_START_SECONDS);
    return new TextRecogniser(settings);
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

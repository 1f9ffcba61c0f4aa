import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { FileType } from '../file-types.js';
import { builtFile } from '../../common/built-file.js';
import type { ParseAnswer, ParseTask } from './parse-child.js';
import type { OcrSettings } from './ocr/text-recogniser.js';
import { UnreadableFileError, type PackedDocument } from './parsed-document.js';

export interface ParseLimits {
  /** What reading the file may take, beyond the process itself. */
  memoryMb: number;
  /** Of computing. */
  cpuSeconds: number;
  /** By the clock: some times as much, since other processes compute as well. */
  wallSeconds: number;
  /** How text in pictures is recognised, by computing beyond `cpuSeconds`; not at all when left out. */
  ocr?: OcrSettings | null;
}

/** Reading a file timed out on a busy machine: a retry may help. */
export class ParserTimeoutError extends Error {}

/** What a process takes that has not read anything yet. */
const PROCESS_MB = 96;
const WATCH_MS = 50;
/** Parsers crash by these; any other end has nothing to do with the file. */
const CRASHES = new Set<NodeJS.Signals | null>(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

/**
 * Reads a file in a process of its own: whatever a file does to its parser, it does not do it here.
 * @param type of a kind that has a parser
 * @throws UnreadableFileError with a sentence for the person who uploaded it; the signal's reason; ParserTimeoutError
 * or any other error when it is not the file's fault and another try may help
 */
export function parseFile(
  file: string,
  { mediaType, name }: FileType,
  { memoryMb, cpuSeconds, wallSeconds, ocr = null }: ParseLimits,
  signal: AbortSignal,
): Promise<PackedDocument> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const child = forkParser({ file, mediaType, name, cpuSeconds, wallSeconds, ocr }, memoryMb);
    const settle = (outcome: () => void) => {
      clearTimeout(late);
      clearInterval(watch);
      signal.removeEventListener('abort', abort);
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      outcome();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const refuse = (sentence: string, cause?: unknown) => fail(new UnreadableFileError(sentence, { cause }));
    const tooMuchMemory = () => refuse(`Reading the file takes more than ${memoryMb} MB of memory.`);
    const abort = () => fail(signal.reason);

    const late = setTimeout(
      () => fail(new ParserTimeoutError(`Reading the file took more than ${wallSeconds} seconds.`)),
      wallSeconds * 1_000,
    );
    const watch = setInterval(() => {
      if (residentMb(child) > memoryMb + PROCESS_MB) tooMuchMemory();
    }, WATCH_MS);
    signal.addEventListener('abort', abort, { once: true });
    child.on('message', (answer: ParseAnswer) => {
      if ('document' in answer) settle(() => resolve(answer.document));
      else refuse(answer.unreadable, answer.cause);
    });
    child.on('error', fail);
    child.on('exit', (code, killedBy) => {
      // V8 aborts when its heap is full.
      if (killedBy === 'SIGABRT' || code === 134) tooMuchMemory();
      else if (killedBy === 'SIGXCPU')
        refuse(`Reading the file takes more than ${cpuSeconds} seconds of computing.`);
      else if (CRASHES.has(killedBy)) refuse('The file is damaged: it cannot be read.', killedBy);
      else fail(new Error(`The process that reads a file ended too early (${killedBy ?? code}).`));
    });
  });
}

/** It gets the file's name and nothing else: no settings, no secrets, no open files. */
function forkParser(task: ParseTask, memoryMb: number): ChildProcess {
  return fork(builtFile('./parse-child.js', import.meta.url), [JSON.stringify(task)], {
    cwd: '/',
    env: { TZ: 'UTC' },
    execArgv: [`--max-old-space-size=${memoryMb}`, '--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** The heap's limit does not include buffers; the resident size does, where the system reports it. */
function residentMb({ pid }: ChildProcess): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

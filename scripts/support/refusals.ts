import { accessSync, constants, createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { once } from 'node:events';
import type { Refusal } from '../../src/catalogue/import/import-films.js';

const SHOWN = 20;
const SHOWN_CHARS = 70;

/** Rows that were refused: all of them in a file, the first few to be shown. */
export class Refusals {
  private readonly shown: Refusal[] = [];
  private count = 0;
  private stream: WriteStream | undefined;

  readonly file: string;

  /**
   * @param imported the file that is imported; refused rows go beside it, or where its directory is read-only into the
   * temporary one
   */
  constructor(imported: string) {
    const name = `${basename(imported)}.refused.csv`;
    this.file = join(isWritable(dirname(imported)) ? dirname(imported) : tmpdir(), name);
    rmSync(this.file, { force: true });
  }

  async add(refusal: Refusal): Promise<void> {
    this.count++;
    if (this.shown.length < SHOWN) this.shown.push(refusal);
    if (!this.stream) {
      this.stream = createWriteStream(this.file);
      this.stream.write('line,reason,row\n');
    }
    const row = [refusal.line, quoted(refusal.reason), quoted(refusal.raw)].join(',');
    if (!this.stream.write(`${row}\n`)) await once(this.stream, 'drain');
  }

  /** Completes the file. @returns a summary of it */
  async report(): Promise<string[]> {
    if (!this.stream) return [];
    this.stream.end();
    await once(this.stream, 'finish');
    const lines = this.shown.map(({ line, reason, raw }) => {
      const start = raw.replace(/\s+/g, ' ').slice(0, SHOWN_CHARS);
      return `  line ${line} ${reason}: ${start}`;
    });
    const more = this.count > SHOWN ? [`  … and ${this.count - SHOWN} more`] : [];
    return ['Refused:', ...lines, ...more, `All of them are in ${this.file}`];
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

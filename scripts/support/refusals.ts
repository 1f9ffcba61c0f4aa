import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Refusal } from '../../src/catalogue/import/import-films.js';

const SHOWN = 20;
const SHOWN_CHARS = 70;

/** Rows that were refused: all of them in a file, the first few to be shown. */
export class Refusals {
  private readonly shown: Refusal[] = [];
  private count = 0;
  private stream: WriteStream | undefined;

  constructor(readonly file: string) {
    rmSync(file, { force: true });
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

  /** Completes the file and tells what is in it. */
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

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

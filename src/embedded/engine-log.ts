import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';

/** Everything the engines print, emptied at each start. */
export function logFile(dataDir: string): string {
  return path.join(dataDir, 'embedded.log');
}

/** PostgreSQL's own first words about a start that failed, as ` ("…")`; empty when it had none. */
export function logHint(dataDir: string): string {
  try {
    const found = /(?:FATAL|PANIC|initdb: error|initdb): +(.+)/.exec(readFileSync(logFile(dataDir), 'utf8'));
    return found ? ` ("${found[1]}")` : '';
  } catch {
    return '';
  }
}

/** Writes to the engines' log from the supervisor, whose standard error it is. */
export function logLine(sentence: string, error: unknown): void {
  process.stderr.write(`${sentence}: ${inspect(error)}\n`);
}

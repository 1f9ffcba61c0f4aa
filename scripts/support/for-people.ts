import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BackupError } from '../../src/backup/manifest.js';
import { SettingError } from '../../src/config/env.js';
import { EmbeddedError } from '../../src/embedded/embedded-error.js';

/** The command line was wrong. */
class UsageError extends Error {}

/** One file or word, and whether an existing one may be replaced. */
export function readOptions(): { file: string; overwrite: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { overwrite: { type: 'boolean', default: false } },
    });
    const [file, ...rest] = positionals;
    if (file && rest.length === 0) return { file, overwrite: values.overwrite };
    throw new UsageError();
  } catch {
    throw new UsageError();
  }
}

/** Runs a program with the settings of `.env`; errors that somebody can do something about are one sentence. */
export async function runForPeople(usage: string, work: () => Promise<void>): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    await work();
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof UsageError) console.error(usage);
    else if ([BackupError, SettingError, EmbeddedError].some((kind) => error instanceof kind))
      console.error((error as Error).message);
    else if ((error as NodeJS.ErrnoException).syscall) console.error((error as Error).message);
    else throw error;
  }
}

import { accessSync, constants, mkdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { SettingError } from './env.js';
import { readOrMakeSecret } from './kept-secret.js';

/**
 * Makes the folder when it is missing, with all above it.
 * @throws SettingError naming folder and owner when it cannot be written to
 */
export function prepareDataDir(dataDir: string): void {
  orRefuse(dataDir, dataDir, () => {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  });
}

/** A secret made once and kept beside the data, so that tokens survive a restart. @throws SettingError */
export function storedSecret(dataDir: string): string {
  return orRefuse(dataDir, join(dataDir, 'jwt-secret'), () => readOrMakeSecret(dataDir));
}

function orRefuse<T>(dataDir: string, file: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw new SettingError(
      `DATA_DIR ${dataDir} ${problemWith(dataDir, file, error as Error)}: set it to a folder that this user may write to`,
    );
  }
}

function problemWith(dataDir: string, file: string, error: Error): string {
  const [path, stats] = closest(file);
  if (stats.isFile() && path === dataDir) return 'is a file';
  const me = process.getuid?.();
  const owner =
    stats.uid === me ? '' : `; ${path} belongs to the user with the id ${stats.uid}, this one has ${me}`;
  return `cannot be used (${error.message.replace(/, .*$/, '')}${owner})`;
}

/** The path itself, or its nearest existing and readable parent. */
function closest(path: string): [path: string, stats: Stats] {
  try {
    return [path, statSync(path)];
  } catch {
    return closest(dirname(path));
  }
}

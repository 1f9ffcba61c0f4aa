/** A folder for the data of what is measured. */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns a new folder whose name begins with that */
export function scratchFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `parley-${name}-`));
  // As root, PostgreSQL runs as a user of its own, who must be able to reach its data.
  chmodSync(folder, 0o755);
  return folder;
}

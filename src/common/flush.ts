import { open } from 'node:fs/promises';

/** Makes sure that a file, or the names in a folder, are on the disk itself. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

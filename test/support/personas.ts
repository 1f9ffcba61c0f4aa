import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for `AGENTS_DIR` with these YAML files, by name. */
export async function personasFolder(
  files: Record<string, string>,
): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'parley-agents-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, `${name}.yaml`), text);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a build artifact beside a module: scripts of child processes and worker threads, data files. When run
 * from TypeScript sources, as in tests, it is that of the last build.
 * @param name relative to the module, such as `./parse-child.js`
 * @param module its `import.meta.url`
 * @throws Error before the first build
 */
export function builtFile(name: string, module: string): string {
  const beside = fileURLToPath(new URL(name, module));
  if (existsSync(beside)) return beside;
  const sources = beside.lastIndexOf('/src/');
  const built = `${beside.slice(0, sources)}/dist${beside.slice(sources)}`;
  if (!existsSync(built)) throw new Error(`${built} is missing: run npm run build.`);
  return built;
}

/**
 * Finds a file of the installation in the nearest directory above a module, whether that is built or not.
 * @param name relative to that directory, such as `catalogue/films.jsonl`
 * @param module its `import.meta.url`
 * @returns undefined when no directory above has it
 */
export function fileAbove(name: string, module: string): string | undefined {
  for (let at = dirname(fileURLToPath(module)); ; at = dirname(at)) {
    const file = join(at, name);
    if (existsSync(file)) return file;
    if (at === dirname(at)) return undefined;
  }
}

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads the code of a document whose blocks name their files (```ts file=src/x.ts). A `diff` block adds lines between
 * lines that its file has already.
 * @param root of the repository
 * @returns the files as they are after all blocks, by path
 * @throws Error naming the block whose lines the file does not have, or has twice
 */
export function filesOfWalks(markdown: string, root: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const [, language, path, body] of markdown.matchAll(/^```(\w+) file=(\S+)\n(.*?)^```$/gms)) {
    if (language !== 'diff') files.set(path!, body!);
    else files.set(path!, apply(body!, files.get(path!) ?? readFileSync(join(root, path!), 'utf8'), path!));
  }
  return files;
}

function apply(diff: string, text: string, path: string): string {
  const lines = diff.trimEnd().split('\n');
  const before = lines.filter((line) => !line.startsWith('+')).map((line) => `${line.slice(1)}\n`);
  const after = lines.map((line) => `${line.slice(1)}\n`);
  const places = `\n${text}`.split(`\n${before.join('')}`);
  if (places.length !== 2)
    throw new Error(`${path} has these lines ${places.length - 1} times:\n${before.join('')}`);
  return places.join(`\n${after.join('')}`).slice(1);
}

/** What the linter and the compiler say of files of a walk. @returns the exit status and the output */
export function lint(paths: readonly string[], root: string): [number | null, string] {
  const oxlint = [join(root, 'node_modules/oxlint/bin/oxlint'), '--type-check', '--deny-warnings', ...paths];
  const { status, stdout } = spawnSync(process.execPath, oxlint, { cwd: root, encoding: 'utf8' });
  return [status, stdout];
}

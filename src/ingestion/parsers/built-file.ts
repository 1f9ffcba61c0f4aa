import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = '../../../dist/src/ingestion/parsers/';

/**
 * The path of a file that the build puts beside the parsers; run from TypeScript sources, as tests do, it is the one of the
 * last build. @throws Error before the first build
 */
export function builtFile(name: string): string {
  const file = [`./${name}`, `${BUILT}${name}`]
    .map((url) => fileURLToPath(new URL(url, import.meta.url)))
    .find((path) => existsSync(path));
  if (!file) throw new Error('The parsers have not been built: run npm run build.');
  return file;
}

import { readFileSync } from 'node:fs';

/** The blocks of shell commands below a heading of a document, as they are printed. */
export function commandsBelow(file: string, heading: string): string[] {
  const text = readFileSync(file, 'utf8');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [own = ''] = section.split(/^## /m);
  return [...own.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block!.trim());
}

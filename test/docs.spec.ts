import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const FILES = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  // Documents of evaluations and samples are data.
  .filter((file) => !/^(test\/eval|web\/samples)\//.test(file) || file.endsWith('README.md'));

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** Code blocks may hold anything: what is checked is the text around them. */
const proseOf = (file: string) => readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');

const allMatches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!);

/** Paths that a walk in docs/extending.md creates. */
const CREATED = ['test/surfaces/lines.e2e.spec.ts'];

/** GitHub's anchors: lower case, without punctuation, blanks as hyphens. */
const anchorsOf = (file: string) =>
  allMatches(proseOf(file), /^#+ (.*)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(FILES)('%s', (file) => {
  const text = proseOf(file);

  it('links to files and headings that exist', () => {
    const broken = allMatches(text, /\]\(([^)\s]+)\)/g)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const linked = path ? normalize(join(dirname(file), path)) : file;
        return !existsSync(linked) || (anchor && !anchorsOf(linked).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  it('names source files and folders that exist, from the root, from src/ or beside it', () => {
    const named = allMatches(text, /`((?:[\w.-]+\/)+(?:[\w.-]+\.(?:ts|tsx|mjs|md))?)`/g);
    const exists = (path: string) => ['', 'src', dirname(file)].some((base) => existsSync(join(base, path)));
    expect(named.filter((path) => !exists(path) && !CREATED.includes(path))).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    const named = allMatches(readFileSync(file, 'utf8'), /npm run (?:--silent )?([a-z][\w:-]*)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtFile, fileAbove } from './built-file.js';

describe('builtFile', () => {
  let root: string;
  const write = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
    return join(root, path);
  };
  const find = (module: string) => builtFile('./child.js', pathToFileURL(join(root, module)).href);

  beforeEach(() => (root = join(mkdtempSync(join(tmpdir(), 'built-')), 'src', 'app')));
  afterEach(() => rmSync(dirname(dirname(root)), { recursive: true }));

  it('is beside a module that is built', () => {
    const script = write('dist/src/parsers/child.js');
    expect(find('dist/src/parsers/parse.js')).toBe(script);
  });

  it('is that of the build for a module in TypeScript, also below another folder src', () => {
    const script = write('dist/src/parsers/child.js');
    expect(find('src/parsers/parse.ts')).toBe(script);
  });

  it('reports that a build is needed before the first one', () => {
    expect(() => find('src/parsers/parse.ts')).toThrow('run npm run build');
  });
});

describe('fileAbove', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'above-'));
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'data', 'films.jsonl'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it.each(['src/films/index.ts', 'dist/src/films/index.js'])(
    'finds a file of the installation from %s',
    (module) => {
      const from = pathToFileURL(join(root, module)).href;
      expect(fileAbove('data/films.jsonl', from)).toBe(join(root, 'data', 'films.jsonl'));
      expect(fileAbove('data/none.jsonl', from)).toBeUndefined();
    },
  );
});

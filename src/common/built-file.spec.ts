import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtFile } from './built-file.js';

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

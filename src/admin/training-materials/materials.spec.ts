import { parseTree } from './materials.js';

const BLOB = '45b983be36b73c0788dc9cbcb76cbb80fc7bb057';
const tree = (...entries: string[]) => Buffer.from(entries.map((entry) => `${entry}\0`).join(''), 'latin1');
const entry = (path: string, mode = '100644', size = '      3') => `${mode} blob ${BLOB} ${size}\t${path}`;

describe('the tree of a commit', () => {
  it('gives documents with their objects and sizes', () => {
    expect(parseTree(tree(entry('a.md'), entry('guides/Two words.PDF', '100755', ' 123456')))).toEqual([
      { path: 'a.md', blob: BLOB, size: 3 },
      { path: 'guides/Two words.PDF', blob: BLOB, size: 123_456 },
    ]);
  });

  it.each(['a.md', 'b.txt', 'c.odt', 'd.epub', 'e.ipynb', 'f.EML', 'g.rtf', 'h.jsonl', 'i.htm'])(
    'takes %s, since its kind is read',
    (path) => expect(parseTree(tree(entry(path)))).toHaveLength(1),
  );

  it('leaves out symbolic links and submodules', () => {
    expect(parseTree(tree(entry('link.md', '120000'), `160000 commit ${BLOB}       -\tsub.md`))).toEqual([]);
  });

  it.each([
    'Makefile',
    'logo.png',
    'run.sh',
    '.github/notes.md',
    'a/.hidden.md',
    'md',
    `${'x'.repeat(1_025)}.md`,
  ])('leaves out %s', (path) => expect(parseTree(tree(entry(path)))).toEqual([]));

  it('keeps paths unchanged, also with line feeds, tabs and letters of other languages', () => {
    const odd = Buffer.from('größe\tund\nmehr.md').toString('latin1');
    expect(parseTree(tree(entry(odd)))).toEqual([{ path: 'größe\tund\nmehr.md', blob: BLOB, size: 3 }]);
  });

  it('leaves out a path that is no text', () => {
    expect(parseTree(tree(entry('\xff\xfe.md')))).toEqual([]);
  });
});

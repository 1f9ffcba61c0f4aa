import { EmptyFileError } from '../../src/ingestion/file-types.js';
import { FILE_KINDS } from '../../src/ingestion/parsers/file-kinds.js';
import * as make from '../support/documents.js';
import { ParsedFiles } from '../support/parsed-files.js';

const files = new ParsedFiles();

afterAll(() => files.remove());

describe('the type of a file', () => {
  it.each<[string, Buffer | string, string]>([
    ['notes.md', '# Notes', 'text/markdown'],
    ['notes.txt', 'Notes', 'text/plain'],
    ['server.log', '12:00 started', 'text/plain'],
    ['compose.yaml', 'a: 1', 'text/plain'],
    ['main.rs', 'fn main() {}', 'text/plain'],
    ['feed.xml', '<?xml version="1.0"?><feed/>', 'text/plain'],
    ['table.csv', 'a,b', 'text/csv'],
    ['table.tsv', 'a\tb', 'text/tab-separated-values'],
    ['data.json', '{}', 'application/json'],
    ['data.jsonl', '{}\n{}', 'application/x-ndjson'],
    ['page.html', '<p>Hi', 'text/html'],
    ['page', '<!-- x --> <!doctype html><html>', 'text/html'],
    ['picture.txt', make.png(), 'image/png'],
    ['words.pdf', 'Only words.', 'text/plain'],
    ['export.xls', 'Depot,Trucks\nHalle,31\nJena,12\n', 'text/csv'],
    ['export.xlsx', 'Depot;Trucks\r\nHalle;"3;1"\r\n', 'text/csv'],
    ['report.xls', '<meta charset=utf-8><table><tr><td>1</td></tr></table>', 'text/html'],
    ['words.xls', 'Only words.', 'text/plain'],
    ['tabs.txt', 'Depot\tBikes\nGera\t9\nSuhl\t4\n', 'text/tab-separated-values'],
    ['page.csv', '<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>', 'text/html'],
  ])('of %s', async (name, content, mediaType) => {
    expect(await files.typeOf(name, content)).toMatchObject({
      mediaType,
      isPicture: mediaType === 'image/png',
    });
  });

  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['pdf', () => make.pdf(['Hi'])],
    ['docx', () => make.docx(['Hi'])],
    ['pptx', () => make.pptx([{ title: 'Hi' }])],
    ['xlsx', () => make.xlsx({ Sheet: [['Hi']] })],
  ])('of a %s that is called otherwise', async (kind, content) => {
    const { mediaType } = FILE_KINDS.find(({ name }) => name === kind)!;
    expect(await files.typeOf('file.txt', await content())).toMatchObject({ mediaType, name: 'file' });
  });

  it.each<[string, Buffer | string]>([
    ['a program', Buffer.from('7f454c4602010100000000000000000003003e00', 'hex')],
    ['noise', Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 31 + i * 7) % 256))],
    ['a drawing that runs scripts', '<?xml version="1.0"?><!-- x --><svg><script/></svg>'],
    ['an archive of other things', Buffer.from('504b0506000000000000000000000000000000000000', 'hex')],
  ])('is unknown of %s', async (_, content) => {
    expect(await files.typeOf('file.pdf', content)).toBeNull();
  });

  it('is refused, by its password, of an office file that is encrypted', async () => {
    const book = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(1_000),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]);
    await expect(files.typeOf('a.docx', book)).rejects.toThrow('protected by a password');
    expect(await files.typeOf('a.doc', book.subarray(0, 1_000))).toBeNull();
  });

  it('is refused for text of an unknown encoding', async () => {
    await expect(files.typeOf('a.txt', Buffer.from([0x61, 0x20, 0xd0]))).rejects.toThrow('in which encoding');
  });

  it('is refused of an empty file', async () => {
    await expect(files.typeOf('empty.md', '')).rejects.toThrow(EmptyFileError);
  });
});

import { deflateSync } from 'node:zlib';
import { objectsOf, stringsAt } from './pdf-objects.js';

describe('objects of a PDF', () => {
  it('are those of the file and those packed in streams', () => {
    const packed = deflateSync(Buffer.from('7 0 8 12 << /A (b) >>/Name'));
    const file = Buffer.concat([
      Buffer.from('%PDF-1.5\n3 0 obj\n<< /T (x) >>\nendobj\n'),
      Buffer.from(
        `4 0 obj\n<< /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`,
      ),
      packed,
      Buffer.from('\nendstream\nendobj\n'),
    ]);
    expect([...objectsOf(file)].map(({ id, text }) => [id, text.trim().slice(0, 20)])).toEqual([
      ['3R', '<< /T (x) >>'],
      ['4R', '<< /Type /ObjStm /N '],
      ['7R', '<< /A (b) >>'],
      ['8R', '/Name'],
    ]);
  });

  it('have strings in several notations', () => {
    const text = '/T (no) /Opt [(By post) (a \\(b\\) \\344) <FEFF00E90031> [(x)]] /V (no)';
    expect(stringsAt(text, 'Opt').slice(0, 3)).toEqual(['By post', 'a (b) ä', 'é1']);
    expect(stringsAt(text, 'Kids')).toEqual([]);
  });
});

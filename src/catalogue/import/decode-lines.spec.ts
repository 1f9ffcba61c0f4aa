import { decodeLines } from './decode-lines.js';

async function decoded(bytes: Buffer, piece: number): Promise<string> {
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
  let text = '';
  for await (const part of decodeLines(pieces())) text += part;
  return text;
}

describe.each([2, 7, 1_000])('bytes in pieces of %d', (piece) => {
  it('are UTF-8', async () => {
    const text = 'Amélie\n千と千尋\r\nno end';
    expect(await decoded(Buffer.from(text), piece)).toBe(text);
  });

  it('are Windows-1252 where they are not UTF-8, line by line', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Misérables\n'),
      Buffer.from('Mis\xe9rables \x96 d\x92amour\n', 'latin1'),
      Buffer.from('Amélie'),
    ]);
    expect(await decoded(bytes, piece)).toBe('Misérables\nMisérables – d’amour\nAmélie');
  });

  it('are UTF-16 with its mark', async () => {
    const bytes = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('a,b\né,千\n', 'utf16le')]);
    expect(await decoded(bytes, piece)).toBe('a,b\né,千\n');
  });
});

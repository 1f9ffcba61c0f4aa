import { ByteReader } from './byte-reader.js';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < text.length; i += size) yield Buffer.from(text.slice(i, i + size));
}

async function textOf(pieces: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece.toString();
  return text;
}

describe('ByteReader', () => {
  it.each([1, 2, 3, 7, 100])('takes lines and bytes in turn from pieces of %d bytes', async (size) => {
    const reader = new ByteReader(inPieces('first 5\nab\ncd\n0\n\nlast', size));
    expect(await reader.line()).toBe('first 5');
    expect(await textOf(reader.take(5))).toBe('ab\ncd');
    expect(await reader.line()).toBe('');
    expect(await reader.line()).toBe('0');
    expect(await textOf(reader.take(0))).toBe('');
    expect(await reader.line()).toBe('');
    expect(await textOf(reader.take(4))).toBe('last');
  });

  it('fails when the stream ends too early', async () => {
    await expect(textOf(new ByteReader(inPieces('abc', 2)).take(4))).rejects.toThrow('ended in the middle');
    await expect(new ByteReader(inPieces('abc', 2)).line()).rejects.toThrow('ended in the middle');
  });

  it('ends the stream when it is closed', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield Buffer.from('line\n');
      } finally {
        ended = true;
      }
    }
    const reader = new ByteReader(endless());
    await reader.line();
    await reader.close();
    expect(ended).toBe(true);
  });
});

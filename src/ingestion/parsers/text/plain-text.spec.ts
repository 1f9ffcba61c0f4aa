import { parsePlainText } from './plain-text.js';

describe('plain text', () => {
  it('has paragraphs parted by empty lines', () => {
    const text = '\n  First line \r\nsecond line\n \t \n\nNext\r\n\r\n';
    const { blocks, text: same } = parsePlainText(text);
    expect(same).toBe(text);
    expect(blocks.map(({ start, end }) => text.slice(start, end))).toEqual([
      'First line \r\nsecond line',
      'Next',
    ]);
  });
});

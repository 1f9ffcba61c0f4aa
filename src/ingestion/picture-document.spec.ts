import { pictureDocument } from './picture-document.js';

describe('a picture', () => {
  it('is found by its description', () => {
    const { text, blocks, warnings } = pictureDocument(' A red bicycle.\n');
    expect(text).toBe('A red bicycle.');
    expect(blocks).toEqual([{ kind: 'paragraph', start: 0, end: text.length }]);
    expect(warnings).toEqual([]);
  });

  it.each([
    [null, 'no vision model is configured'],
    [' ', 'The vision model described nothing'],
  ])('of which there is none comes with the reason', (caption, reason) => {
    const { text, blocks, warnings } = pictureDocument(caption);
    expect([text, blocks]).toEqual(['', []]);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
  });
});

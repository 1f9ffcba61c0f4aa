import { pictureDocument, unreadPicture } from './picture-document.js';

describe('a picture', () => {
  it('is found by its description', () => {
    const { text, blocks, warnings } = pictureDocument(' A red bicycle.\n');
    expect(text).toBe('A red bicycle.');
    expect(blocks).toEqual([{ kind: 'paragraph', start: 0, end: text.length }]);
    expect(warnings).toEqual([]);
  });

  it.each([
    [pictureDocument(' '), 'The vision model described nothing'],
    [
      unreadPicture('No legible text was recognised.'),
      'recognised. It was not described either, since no vision model',
    ],
  ])('of which nothing is known comes with the reason', ({ text, blocks, warnings }, reason) => {
    expect([text, blocks]).toEqual(['', []]);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
  });
});

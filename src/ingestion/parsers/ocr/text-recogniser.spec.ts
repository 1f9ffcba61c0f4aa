import { joinLines } from './text-recogniser.js';

describe('recognised lines', () => {
  it.each([
    [['The gate opens', 'at six.'], 'The gate opens at six.'],
    [['The ware-', 'house is closed.'], 'The warehouse is closed.'],
    [['Section A-', '12 and 4-', 'wheel'], 'Section A- 12 and 4- wheel'],
  ])('are one paragraph: %j', (lines, text) => {
    expect(joinLines(lines)).toBe(text);
  });
});

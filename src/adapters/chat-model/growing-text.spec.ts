import { GrowingText } from './growing-text.js';

describe('a text that grows', () => {
  it('is all of its pieces in order, read at any time', () => {
    const text = new GrowingText('0');
    let expected = '0';
    for (let i = 1; i < 300; i++) {
      text.add(` ${i}`);
      expected += ` ${i}`;
      if (i % 50 === 0) expect(text.toString()).toBe(expected);
    }
    expect(text.toString()).toBe(expected);
  });

  it('is empty until something was added', () => {
    const text = new GrowingText();
    text.add('');
    expect(text.isEmpty).toBe(true);
    text.add(' ');
    expect(text.isEmpty).toBe(false);
    expect(text.toString()).toBe(' ');
  });
});

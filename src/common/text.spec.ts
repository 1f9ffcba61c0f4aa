import { isStorableJson, titleFrom } from './text.js';

describe('titleFrom', () => {
  it.each([
    ['a short text', 'a short text'],
    ['  two\n lines ', 'two lines'],
    [
      'a film about a man who wakes up on the same day again and again',
      'a film about a man who wakes up on the same day again and…',
    ],
    ['x'.repeat(80), `${'x'.repeat(60)}…`],
    [`${'x'.repeat(59)}🙂 and more`, `${'x'.repeat(59)}…`],
  ])('%j', (text, title) => {
    expect(titleFrom(text)).toBe(title);
  });
});

describe('isStorableJson', () => {
  it.each([
    [{ a: ['b', 1, null, true] }, true],
    [{ a: ['b\0'] }, false],
    [{ 'a\ud800': 1 }, false],
  ])('%j', (value, storable) => {
    expect(isStorableJson(value)).toBe(storable);
  });

  it('refuses what nests too deeply', () => {
    const deep = JSON.parse('['.repeat(100) + ']'.repeat(100)) as unknown;
    expect(isStorableJson(deep)).toBe(false);
  });
});

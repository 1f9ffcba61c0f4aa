import { conversationTitle, isStorableJson, nameText, preview, titleFrom } from './text.js';

const FAMILY = '👨‍👩‍👧‍👦';

describe('titleFrom', () => {
  it.each([
    ['a short text', 'a short text'],
    ['  two\n lines ', 'two lines'],
    [
      'a film about a man who wakes up on the same day again and again',
      'a film about a man who wakes up on the same day again and…',
    ],
    ['x'.repeat(80), `${'x'.repeat(60)}…`],
    [`${'x'.repeat(59)}🙂 and more`, `${'x'.repeat(59)}🙂…`],
    [`${'a'.repeat(55)}${FAMILY} trip`, `${'a'.repeat(55)}${FAMILY}…`],
    [`${'a'.repeat(58)}🇩🇪🇫🇷`, `${'a'.repeat(58)}🇩🇪🇫🇷`],
    [`${'a'.repeat(59)}🇩🇪🇫🇷`, `${'a'.repeat(59)}🇩🇪…`],
    [`${'a'.repeat(59)}👍🏽👍🏽`, `${'a'.repeat(59)}👍🏽…`],
    ['e\u0301'.repeat(40), 'é'.repeat(40)],
    [FAMILY.repeat(70), `${FAMILY.repeat(36)}…`],
    ['\u202eevil title', 'evil title'],
    ['\u200b', ''],
    ['\u200d\ufe0f \u3164\u2800', ''],
  ])('%j', (text, title) => {
    expect(titleFrom(text)).toBe(title);
  });
});

describe('nameText', () => {
  it.each([
    ['a name', 'a name'],
    ['\u202egpj.eman\u202c', 'gpj.eman'],
    ['one\u2028line', 'oneline'],
    ['\u05e9\u05dc\u05d5\u05dd\u200f', '\u05e9\u05dc\u05d5\u05dd\u200f'],
    ['\u202e\u202c', null],
    ['', null],
  ])('%j', (given, name) => {
    expect(nameText(20).safeParse(given).data ?? null).toBe(name);
  });
});

describe('conversationTitle', () => {
  it.each([
    ['a short text', 'a short text'],
    ['\u200b', 'New Chat'],
    ['\u202e\u202c', 'New Chat'],
    ['\u3164', 'New Chat'],
    ['\u00ad\u200d', 'New Chat'],
    ['```python\nprint("hi")\n```', 'print("hi")'],
    ['~~~\n~~~', 'New Chat'],
    ['```\n```', 'New Chat'],
    ['Why?\n```js\nx()\n```', 'Why? x()'],
  ])('%j', (message, title) => {
    expect(conversationTitle(message)).toBe(title);
  });

  it('is short even where a single character is long', () => {
    const title = conversationTitle(`Z${'\u0301'.repeat(5_000)}`);
    expect(title.length).toBeLessThanOrEqual(256);
    expect(title).toMatch(/^Ź/u);
  });
});

describe('preview', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    [`ab${FAMILY}`, 6, `ab${FAMILY}`],
    [[...FAMILY.repeat(4)].slice(0, 10).join(''), 5, FAMILY],
  ])('%j to %i graphemes', (text, max, shown) => {
    expect(preview(text, max)).toBe(shown);
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

  it('refuses input that nests too deeply', () => {
    const deep = JSON.parse('['.repeat(100) + ']'.repeat(100)) as unknown;
    expect(isStorableJson(deep)).toBe(false);
  });
});

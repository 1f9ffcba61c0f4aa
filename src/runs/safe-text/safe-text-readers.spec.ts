import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { SafeText } from './safe-text.js';

type Token = ReturnType<MarkdownIt['parse']>[number];

/** Two Markdown readers: plain CommonMark, and with tables. */
const readers = [new MarkdownIt('commonmark', { html: true }), new MarkdownIt('default', { html: true })];

const clean = (text: string) => {
  const safe = new SafeText(2);
  return safe.push(text) + safe.end();
};

function* everyToken(tokens: readonly Token[]): Generator<Token> {
  for (const token of tokens) {
    yield token;
    yield* everyToken(token.children ?? []);
  }
}
const tokensOf = (reader: MarkdownIt, text: string) => [...everyToken(reader.parse(text, {}))];

/** Active content for a reader: HTML, images, and links except autolinks shown verbatim. */
const live = (reader: MarkdownIt, text: string) =>
  tokensOf(reader, text)
    .filter(
      ({ type, markup }) => /^html_|^image$/.test(type) || (type === 'link_open' && markup !== 'autolink'),
    )
    .map(({ type, content }) => `${type} ${content}`);

const codeOf = (reader: MarkdownIt, text: string) =>
  tokensOf(reader, text)
    .filter(({ type }) => /^(?:code_inline|code_block|fence)$/.test(type))
    .map(({ content, info }) => [content, info]);

const pieces = fc.constantFrom(
  '<img src=x onerror=a>',
  '<b>',
  '</b>',
  '<div',
  '<!-- x',
  '-->',
  '<?',
  '<https://a.b>',
  '<x',
  ' y=',
  '"',
  "'",
  '>',

  '[x](y)',
  '![x](y)',
  '[x]',
  '[',
  ']',
  '(',
  ')',
  ': /u',
  '](',
  '[x]: /u',
  ':',
  '[^1]',
  '[1]',
  '[9]',
  '`',
  '``',
  '```',
  '````',
  '~~~',
  '~~~~',
  '```js',
  '``` a`b',
  '\\',
  '\\`',
  '\n',
  '\n',
  '\n',
  '\n\n',
  '\n\n',
  '- ',
  '* ',
  '1. ',
  '2) ',
  '10. ',
  '> ',
  '>',
  '# ',
  '  ',
  '    ',
  '   ',
  '\t',
  ' ',

  '---',
  '***',
  '===',
  '| ',
  '|',
  '|---|',
  '| a | b |\n|---|---|\n',
  'word',
  'a',
  '1',
  '.',
  '\\\n',
  '&lt;',
);
const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));
const numRuns = 3_000;
const escapes = (text: string) => text.split('\\`').length;

describe('an answer as Markdown readers render it', () => {
  it('holds nothing live', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const reader of readers) expect(live(reader, clean(text))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it.each([
    '> - > - \t<img src=x onerror=a>',
    '> - > \t<img src=x onerror=a>',
    '> - ```\n> \t<img src=x onerror=a>',
    '- > 1. \t![x](y)\n  >\t<b>',
    '>>  1.   <div\n       # | a | b |\n![x](y)\n10) \t>\t 1. >\t<img src=x onerror=a>',
  ])('holds nothing live behind tabs: %j', (text) => {
    for (const reader of readers) expect(live(reader, clean(text))).toEqual([]);
  });

  it('holds nothing live below some levels of quotes and lists with tabs', () => {
    const levels = fc.array(fc.constantFrom('> ', '- ', '>', '>\t', '-\t', '1. ', '\t', ' ', '  '), {
      maxLength: 6,
    });
    const lines = fc.tuple(levels, fc.constantFrom('<img src=x onerror=a>', '![x](y)', '```', 'a', ''));
    const text = fc
      .array(lines, { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([prefix, rest]) => prefix.join('') + rest).join('\n'));
    fc.assert(
      fc.property(text, (each) => {
        for (const reader of readers) expect(live(reader, clean(each))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('holds nothing live below many levels of quotes and lists', () => {
    const levels = fc.constantFrom('> ', '- ', '>', '> - ', '1. ');
    const lines = fc.tuple(levels, fc.integer({ min: 14, max: 40 }), texts);
    const deep = fc
      .array(lines, { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map(([level, depth, text]) => level.repeat(depth) + text).join('\n'));
    fc.assert(
      fc.property(deep, (text) => {
        for (const reader of readers) expect(live(reader, clean(text))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has the code that the model wrote, character for character', () => {
    const [reader] = readers;
    fc.assert(
      fc.property(texts, (text) => {
        // Without forbidden content both texts have the same structure.
        fc.pre(live(reader!, text).length === 0 && !/[|⁹]|\]:|[[【]\d|\[\^|\n[ >]*</.test(text));
        // Backticks are escaped where readers would disagree.
        fc.pre(escapes(clean(text)) === escapes(text));
        expect(codeOf(reader!, clean(text))).toEqual(codeOf(reader!, text));
      }),
      { numRuns },
    );
  });

  it('is cleaned once and for all', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = clean(text);
        for (const reader of readers) expect(live(reader, clean(once))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

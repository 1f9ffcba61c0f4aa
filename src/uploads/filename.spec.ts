import fc from 'fast-check';
import { cleanFilename, decodeFilename } from './filename.js';

/** As the parser of forms hands it over. */
const bytes = (text: string) => Buffer.from(text).toString('latin1');

describe('the name in a form', () => {
  it.each([
    ['R\xe9sum\xe9.txt', 'Résumé.txt'],
    ['\x93quoted\x94 \x80.txt', '“quoted” €.txt'],
    [bytes('Größe 東京 🎬.md'), 'Größe 東京 🎬.md'],
    ['東京.txt', '東京.txt'],
    ['r\xe9.txt', 'ré.txt'],
    ['=?UTF-8?B?w6QudHh0?=', 'ä.txt'],
    ['=?utf-8?q?Gr=C3=BC=C3=9Fe_aus_Rom.txt?=', 'Grüße aus Rom.txt'],
    ['=?ISO-8859-1?Q?caf=E9?= =?utf-8*fr?B?LnR4dA==?=', 'café.txt'],
    ['=?no-such-charset?Q?a?=.txt', '=?no-such-charset?Q?a?=.txt'],
    ['100%.txt', '100%.txt'],
  ])('%j is read as %j', (raw, name) => {
    expect(decodeFilename(raw)).toBe(name);
  });
});

describe('a file name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['testing features data.csv', 'testing features data.csv'],
    ['Größe 東京 🎬.md', 'Größe 東京 🎬.md'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\notes.txt', 'notes.txt'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\u2066b\u200f\ufeffc.txt', 'abc.txt'],
    ['new\r\nline\0\t.txt', 'newline.txt'],
    ['e\u0301te\u200b\u0301.txt', 'été.txt'],
    ['.gitignore', '.gitignore'],
    ['notes.txt. . ', 'notes.txt'],
    ['  spaced.txt  ', 'spaced.txt'],
    ['"quoted"; x=1.txt', '"quoted"; x=1.txt'],
    ['', 'upload'],
    ['..', 'upload'],
    ['folder/', 'upload'],
    ['\u202e', 'upload'],
    ['\u200d\u3164', 'upload'],
  ])('%j is kept as %j', (given, kept) => {
    expect(cleanFilename(given)).toBe(kept);
  });

  it.each([
    ['a'.repeat(300) + '.pdf', 'a'.repeat(251) + '.pdf'],
    ['é'.repeat(200) + '.docx', 'é'.repeat(125) + '.docx'],
    ['🎬'.repeat(100) + '.txt', '🎬'.repeat(62) + '.txt'],
    ['👨‍👩‍👧‍👦'.repeat(300), '👨‍👩‍👧‍👦'.repeat(10)],
    ['e\u0301'.repeat(300) + '.PDF', 'é'.repeat(125) + '.PDF'],
    ['x.' + 'long'.repeat(100), ('x.' + 'long'.repeat(100)).slice(0, 255)],
  ])('%j is cut to 255 bytes with its extension', (given, kept) => {
    expect(cleanFilename(given)).toBe(kept);
  });

  it('is safe for any input, and unchanged when cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (given) => {
        const kept = cleanFilename(given);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(255);
        expect(kept).toMatch(/^[^/\\\p{Cc}\u202e]+$/u);
        expect(cleanFilename(kept)).toBe(kept);
      }),
    );
  });
});

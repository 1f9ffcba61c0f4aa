import iconv from 'iconv-lite';
import { rtfText } from './rtf-text.js';

/** A document of RTF as its words are read. */
const read = (body: string) => rtfText(`{\\rtf1\\ansi\\ansicpg1252\\deff0 ${body}}`).trim();

/** Bytes as programs write them. */
const escaped = (text: string, encoding: string) =>
  [...iconv.encode(text, encoding)].map((byte) => `\\'${byte.toString(16).padStart(2, '0')}`).join('');

describe('rich text', () => {
  it('is in the character set of each font', () => {
    const fonts =
      '{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fnil\\fcharset204 Arial CYR;}{\\f2\\fcharset128 MS Mincho;}{\\f3\\fcharset238 Arial CE;}}';
    const body =
      `\\f0 Stra\\'dfe {\\f1 ${escaped('Оплата', 'cp1251')}} \\f3 ${escaped('Łódź', 'cp1250')}` +
      `\\f2  ${escaped('契約', 'cp932')}\\plain  Ende gr\\'fcn`;
    expect(read(fonts + body)).toBe('Straße Оплата Łódź 契約 Ende grün');
  });

  it('has the second byte of a character as a letter, too', () => {
    const fonts = '{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 B;}}';
    expect(read(`${fonts}\\f1 \\'8c_\\'96\\'f1\\f0  done`)).toBe('契約 done');
  });

  it('may be of the Macintosh or of DOS', () => {
    expect(rtfText("{\\rtf1\\mac R\\'8esum\\'8e}").trim()).toBe('Résumé');
    expect(rtfText("{\\rtf1\\pc Gr\\'94\\'e1e}").trim()).toBe('Größe');
  });

  it('leaves out hidden and deleted text, and nothing behind it', () => {
    expect(read('Pay \\v not \\v0 by Friday {\\v never}to {\\deleted Ann}Bob\\deleted  x\\plain  now.')).toBe(
      'Pay by Friday to Bob now.',
    );
  });

  it('shows powers, and what is struck out', () => {
    expect(
      read(
        '10{\\super 6} cells on 4 m\\super 2\\nosupersub  of H{\\sub 2}O, the 1{\\super st}; note{\\super 12}',
      ),
    ).toBe('10⁶ cells on 4 m² of H2O, the 1st; note¹²');
    expect(read('{\\strike 40 EUR} 55 EUR\\par \\strike gone \\strike0 here')).toBe(
      '~~40 EUR~~ 55 EUR\n\n~~gone~~ here',
    );
  });

  it('has the words of text boxes once', () => {
    const box =
      '{\\shp{\\*\\shpinst\\shpleft0{\\sp{\\sn shapeType}{\\sv 202}}{\\shptxt Hotline 0800\\par}}{\\shprslt Hotline 0800\\par}}';
    expect(read(`Before.${box}After.{\\*\\unknown no}`)).toMatch(/^Before\.\s+Hotline 0800\s+After\.$/);
  });

  it('keeps cells of a table within a cell apart', () => {
    const inner = '\\intbl\\itap2 Ann\\nestcell cook\\nestcell{\\*\\nesttableprops\\trowd\\nestrow}';
    expect(read(`${inner}{\\nonesttables\\par}`)).toBe('Ann cook');
  });
});

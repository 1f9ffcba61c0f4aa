import { lineText } from './pdf-order.js';

/** Runs from left to right, as they stand on the page. */
const line = (...runs: string[]) => lineText(runs.map((str, i) => ({ str, x: i * 10 })));

describe('a line of a PDF', () => {
  it('is unchanged without right-to-left letters', () => {
    expect(
      lineText([
        { str: 'b', x: 9 },
        { str: 'a', x: 0 },
      ]),
    ).toBe('ba');
  });

  it('is right-to-left in Arabic and Hebrew, except numbers and Latin words', () => {
    expect(line('ريال', ' ', '500', ' ', 'الميزانية', ' ', ':', 'التنفيذي', ' ', 'الملخص')).toBe(
      'الملخص التنفيذي: الميزانية 500 ريال',
    );
    expect(line('עמודים', ' ', '37', ' ', 'מציין', ' ', 'PDF', ' ', '2.0', ' ', 'לפי')).toBe(
      'לפי PDF 2.0 מציין 37 עמודים',
    );
    expect(line('.', 'PDF 2.0', ' ', 'תקן', ' ', 'לפי')).toBe('לפי תקן PDF 2.0.');
  });

  it('has mirrored brackets in reading order', () => {
    expect(line('.', '(', '4.2', ' ', 'סעיף', ')', ' ', 'ISO 9001', ' ', 'נספח')).toBe(
      'נספח ISO 9001 (סעיף 4.2).',
    );
    expect(line('התאמה', ' ', '(', 'סעיף', ')')).toBe('(סעיף) התאמה');
    expect(line(')', 'סעיף', '(', ' ', 'נספח')).toBe('נספח (סעיף)');
    expect(line('נספח', ' ', '(ISO 9001)', ' ', 'לפי')).toBe('לפי (ISO 9001) נספח');
  });

  it('in Latin letters turns the other words round', () => {
    expect(line('He said this', ' ', 'עולם', ' ', 'שלום', ' ', 'twice 3', ' ', 'לפי')).toBe(
      'He said this שלום עולם twice 3 לפי',
    );
  });

  it('has letters as they are typed', () => {
    expect(line('ﻡ', 'ﻼ', 'ﺳ')).toBe('سلام');
    expect(line('ﬁnance of eﬃcient ﬂats')).toBe('finance of efficient flats');
    expect(line('The \uf001nal o\ufb03ce \uf002oor')).toBe('The final office floor');
    expect(line('札幌工場ー︒', '︵一︶')).toBe('札幌工場ー。(一)');
    expect(line('7.5', ' ', '\u05bc\u05e4\u05bf\u05d1\u05c1\u05e9')).toBe(
      '\u05e4\u05bc\u05d1\u05bf\u05e9\u05c1 7.5',
    );
    expect(line('ﺔ', 'ﻴ', 'ﻧ', 'ا', 'ﺰ', 'ﻴ', 'ﻤ', 'ﻟ', 'ا')).toBe('الميزانية');
  });
});

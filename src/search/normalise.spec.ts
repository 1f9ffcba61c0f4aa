import { normalise } from './normalise.js';

describe('normalise', () => {
  it.each([
    ['Kündigungsfrist GROẞE Straße', 'kundigungsfrist grosse strasse'],
    ['Łódź Øresund Æther đ', 'lodz oresund aether d'],
    ['Wert\u00adpapier\u00adindex e\u200bmail', 'wertpapierindex email'],
    ['ﬁnance ｻｰﾊﾞｰ Ａ４', 'finance サーバー a4'],
    ['المُدَرِّسُ في القاعة ٥', 'المدرس في القاعه 5'],
    ['мой Ёлка', 'мой елка'],
    ['ΛΌΓΟΣ λόγος', 'λογοσ λογοσ'],
    ['שָׁלוֹם', 'שלום'],
    ['गाँव', 'गाँव'],
  ])('%s', (text, expected) => {
    expect(normalise(text)).toBe(expected.normalize('NFC'));
  });
});

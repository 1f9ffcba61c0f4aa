import { normalise, withoutAccents } from './normalise.js';

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

describe('withoutAccents', () => {
  it.each([
    ['Kündigungsfrist GROẞE Straße', 'Kundigungsfrist GROSSE Strasse'],
    ['Łódź Øresund Æther İzmir', 'Lodz Oresund Aether Izmir'],
    ['Мой Йод', 'Мой Йод'],
    ['ΛΌΓΟΣ ΣΊΣΥΦΟΣ', 'ΛΟΓΟΣ ΣΙΣΥΦΟΣ'],
    ['A\u200bPI № ٥', 'API No 5'],
  ])('%s keeps its case', (text, expected) => {
    expect(withoutAccents(text)).toBe(expected.normalize('NFC'));
  });
});

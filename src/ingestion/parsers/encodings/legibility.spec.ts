import { isNoise } from './legibility.js';

const shifted = (text: string, by: number) =>
  [...text].map((char) => String.fromCharCode(char.charCodeAt(0) + by)).join('');
const PROSE =
  'The invoice covers the months of January to March and is due within thirty days of its date. Late payments are charged.';

describe('noise', () => {
  it.each<[string, string]>([
    ['codes shifted by three', shifted(PROSE, 3)],
    ['codes shifted by one', shifted(PROSE, 1)],
    ['signs in place of letters', '!"#$%&\'( )*+,-./0 123456789:; <=>?@ABCDE "#$!&\'%( *)+-,./ #"$%&\'!('],
    [
      'codes 29 lower',
      shifted('The warranty period of the pump is thirty six months from delivery', -29).replaceAll(
        '\u0003',
        ' ',
      ),
    ],
    ['codes 13 higher, with signs', 'n{q-rƒr•†-pynvz-un€-•|-or-€r{•-o†-•rtv€•r•rq-yr••r•-•|-•ur-|ssvpr'],
    ['codes in order of appearance, without blanks', 'ABCDECFGDHIDGBCDJKEFDLMDNOODPCEDQHFGBR'],
    ['characters of no language', '\u0001\u0002\u0003 \u0004\u0005 \ue001\ue002\ue003'],
  ])('is %s', (_, text) => {
    expect(isNoise(text)).toBe(true);
  });

  it.each<[string, string]>([
    ['prose', PROSE],
    ['German', 'Die Kündigungsfrist beträgt drei Monate zum Quartalsende. Der Sitz ist in der Straße 5.'],
    ['Polish', 'Umowa została zawarta w Warszawie i obowiązuje od pierwszego stycznia do końca grudnia.'],
    ['Welsh', 'Mae llyfrgell y dref ar agor bob dydd rhwng naw a phump ac ar fore Sadwrn yn unig.'],
    [
      'a table of numbers',
      'Q1 1,204.50 33% (12.00)\nQ2 1,310.00 35% (9.50)\nQ3 998.10 31% (22.75)\nSum 3,512.60',
    ],
    [
      'contents with dots',
      'Introduction ............ 1\nMethods ................. 12\nResults ................. 48',
    ],
    ['part numbers', 'BR-77 KTX MSR-20 TPSB XKCD-9 LMNP QRS-11 HJKL VBNM WRT-5 PLK DFGH CRY-08 ZXCV'],
    [
      'Japanese',
      '会議室の予約は月曜日に行います。管理者に連絡してください。サーバーの再起動手順は次のとおりです。',
    ],
    ['a few words', 'Hi!?'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(isNoise(text)).toBe(false);
  });
});

/** Numbers of lists as word processors and browsers write them. */
export function numeral(value: number, format = 'decimal'): string {
  return FORMATS[format]?.(value) ?? String(value);
}

/** The formats of numbers that HTML and OpenDocument name by one letter. */
export const LETTER_FORMATS: Readonly<Record<string, string>> = {
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
};

const FORMATS: Partial<Record<string, (value: number) => string | undefined>> = {
  lowerLetter: (value) => letters(value),
  upperLetter: (value) => letters(value).toUpperCase(),
  lowerRoman: roman,
  upperRoman: (value) => roman(value).toUpperCase(),
  decimalZero: (value) => String(value).padStart(2, '0'),
  ordinal,
  ordinalText: (value) => capitalised(inWords(value, ORDINALS)),
  cardinalText: (value) => capitalised(inWords(value, CARDINALS)),
  numberInDash: (value) => `- ${value} -`,
  decimalEnclosedCircle: (value) => enclosed(value, '①'),
  decimalEnclosedCircleChinese: (value) => enclosed(value, '①'),
  decimalEnclosedParen: (value) => enclosed(value, '⑴'),
  decimalEnclosedFullstop: (value) => enclosed(value, '⒈'),
  decimalFullWidth: (value) =>
    String(value).replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  russianLower: (value) => letters(value, RUSSIAN),
  russianUpper: (value) => letters(value, RUSSIAN).toUpperCase(),
  lowerGreek: (value) => letters(value, 'αβγδεζηθικλμνξοπρστυφχψω'),
  chineseCounting: chinese,
  chineseCountingThousand: chinese,
  taiwaneseCountingThousand: chinese,
  japaneseCounting: chinese,
  ideographDigital: (value) =>
    String(value).replaceAll(/\d/g, (digit) => '〇一二三四五六七八九'[Number(digit)]!),
  ideographTraditional: (value) => '甲乙丙丁戊己庚辛壬癸'[value - 1],
  koreanCounting: (value) => '일이삼사오육칠팔구십'[value - 1],
  ganada: (value) => '가나다라마바사아자차카타파하'[value - 1],
  aiueoFullWidth: (value) => 'アイウエオカキクケコサシスセソタチツテト'[value - 1],
};

const RUSSIAN = 'абвгдежзиклмнопрстуфхцчшщыэюя';

/** a … z, aa, bb, as Word counts. */
const letters = (value: number, alphabet = 'abcdefghijklmnopqrstuvwxyz') =>
  (alphabet[(value - 1) % alphabet.length] ?? '').repeat(Math.min(20, Math.ceil(value / alphabet.length)));

function roman(value: number): string {
  const signs: [number, string][] = [
    [1000, 'm'],
    [900, 'cm'],
    [500, 'd'],
    [400, 'cd'],
    [100, 'c'],
    [90, 'xc'],
    [50, 'l'],
    [40, 'xl'],
    [10, 'x'],
    [9, 'ix'],
    [5, 'v'],
    [4, 'iv'],
    [1, 'i'],
  ];
  let rest = Math.min(value, 5_000);
  let text = '';
  for (const [worth, sign] of signs) for (; rest >= worth; rest -= worth) text += sign;
  return text;
}

function ordinal(value: number): string {
  const ending = /1\d$/.test(String(value)) ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}

const TENS = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const CARDINALS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const ORDINALS =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'.split(
    ' ',
  );

/** As Word writes numbers in English, below a hundred. */
function inWords(value: number, small: readonly string[]): string | undefined {
  if (value < 20 || value > 99) return small[value];
  const tens = TENS[Math.floor(value / 10)]!;
  if (value % 10 > 0) return `${tens}-${small[value % 10]}`;
  return small === ORDINALS ? `${tens.slice(0, -1)}ieth` : tens;
}

const capitalised = (words: string | undefined) => words && words[0]!.toUpperCase() + words.slice(1);

const enclosed = (value: number, first: string) =>
  value >= 1 && value <= 20 ? String.fromCharCode(first.charCodeAt(0) + value - 1) : undefined;

/** Below a hundred. */
function chinese(value: number): string | undefined {
  const digits = '〇一二三四五六七八九';
  if (value < 10 || value > 99) return value === 0 ? undefined : digits[value];
  const [tens, ones] = [Math.floor(value / 10), value % 10];
  return `${tens > 1 ? digits[tens] : ''}十${ones > 0 ? digits[ones] : ''}`;
}

/** A language as old encodings write it. */
export interface Alphabet {
  /** Labels of the WHATWG, or of iconv-lite. */
  encodings: readonly string[];
  /** Letters beyond ASCII that its texts are full of. */
  common: ReadonlySet<string>;
  /** Those that turn up now and then. */
  rare: ReadonlySet<string>;
  /** Every other letter of the script is taken for rare, too. */
  script?: RegExp;
  /** How many bytes its letters take. */
  width: 1 | 2;
}

const WESTERN = ['windows-1252', 'macintosh', 'cp850'];
const CENTRAL = ['windows-1250', 'iso-8859-2', 'cp852'];
const CYRILLIC = ['windows-1251', 'koi8-r', 'ibm866'];

const latin = (encodings: readonly string[], common: string, rare = ''): Alphabet => ({
  encodings,
  common: new Set(common),
  rare: new Set(rare + `${common}${rare}`.toUpperCase()),
  width: 1,
});

const other = (
  encodings: readonly string[],
  script: RegExp,
  common: string,
  width: Alphabet['width'] = 1,
): Alphabet => ({
  encodings,
  script,
  common: new Set(common + common.toUpperCase()),
  rare: new Set(),
  width,
});

/** By letters that texts of a language are full of, in no order. */
export const ALPHABETS: readonly Alphabet[] = [
  latin(WESTERN, 'äöüß', 'é'),
  latin(WESTERN, 'éèàçêâùîô', 'ûëïœæ'),
  latin(WESTERN, 'áéíóúñ', 'üºª'),
  latin(WESTERN, 'ãçáéíóêõú', 'àâôüºª'),
  latin(WESTERN, 'àèéìòù', 'ó'),
  latin(WESTERN, 'àçéèíóò', 'ïúü'),
  latin(WESTERN, 'äöå', 'é'),
  latin(WESTERN, 'æøå', 'éóòèü'),
  latin(WESTERN, 'áéíóúýðþæö'),
  latin(WESTERN, 'éëï', 'èêöüá'),
  latin(CENTRAL, 'ąćęłńóśźż'),
  latin(CENTRAL, 'áčéěířšúůýž', 'ďňóť'),
  latin(CENTRAL, 'áčéíľšťúýž', 'äďĺňóôŕ'),
  latin(CENTRAL, 'áéíóöőúüű'),
  latin(CENTRAL, 'ăâîşţ'),
  latin(CENTRAL, 'čćđšž'),
  latin(['windows-1254'], 'çğıöşüİ', 'âî'),
  latin(['windows-1257'], 'āčēģīķļņšūž'),
  latin(['windows-1257'], 'ąčęėįšųūž'),
  other(CYRILLIC, /^[а-яёієїґўј]$/i, 'оеаинтсрвлкмдпу'),
  other(['windows-1253'], /^\p{sc=Greek}$/u, 'αοιετσνηυςρπκμλάέίόήύώ'),
  other(['windows-1255'], /^[א-ת]$/, 'יולהאמשרבתםןחעדקנ'),
  other(['windows-1256'], /^\p{sc=Arabic}$/u, 'اليمونرتبعدسفحقةكىأ'),
  other(['shift_jis', 'euc-jp'], /^[\u3041-\u30fe]$/, 'のにるたをはしがとでてーン会日人年本大社', 2),
  other(
    ['gb18030', 'big5'],
    /^(?!)$/,
    '的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知现世界电分使系统明間個這時來會說們為國學對後發經頭動長',
    2,
  ),
  other(
    ['euc-kr'],
    /^[가-힣]$/,
    '이다는을가에하고의지도로사한기은리를인어자서시대나해아일들그있수정게전장원보국제부여라안것상녕세요니',
    2,
  ),
];

/** Chinese and Japanese signs beyond the commonest, by where their encodings keep the usual ones. */
export const USUAL_BYTES: Readonly<Record<string, (lead: number, trail: number) => boolean>> = {
  gb18030: (lead, trail) => lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1,
  big5: (lead) => lead >= 0xa4 && lead <= 0xc6,
  shift_jis: (lead) => lead >= 0x88 && lead <= 0x98,
  'euc-jp': (lead, trail) => lead >= 0xb0 && lead <= 0xcf && trail >= 0xa1,
};

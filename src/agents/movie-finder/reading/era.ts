/** Years, both inclusive; an open end is absent. */
export interface Span {
  from?: number;
  to?: number;
}

/** A text's indication of when a film was made. */
export interface EraReading {
  span: Span | null;
  /** Years that are not wanted. */
  not: Span | null;
  /** The text without it. */
  rest: string;
  /** The position of the years can only mean the release: "from the 80s", "an 80s film", alone between commas. */
  isRelease: boolean;
}

const DECADE_WORDS: Record<string, number> = {
  twenties: 1920,
  thirties: 1930,
  forties: 1940,
  fifties: 1950,
  sixties: 1960,
  seventies: 1970,
  eighties: 1980,
  nineties: 1990,
  noughties: 2000,
  aughts: 2000,
};
const DECADE = `(?:(?:19|20)?\\d0s|${Object.keys(DECADE_WORDS).join('|')})`;
const YEAR = '((?:18|19|20)\\d\\d)';
const TIME = `(${DECADE}|${YEAR})`;
const LEAD =
  '(?:(?:from|in|of|made in|released in|around|circa|out of|during)(?: (?:the|about|year))* )?(?:the )?';
const NOT = /(?:\bnot|\bisnt|\bnothing|\bno|\bexcept|\bwithout)(?: (?:from|in|of|made|the|a|an|any|too))*$/;

type Rule = [pattern: RegExp, span: (match: RegExpMatchArray, thisYear: number) => Span | null];

/** Tried in order; the first that is found in the text counts. */
const RULES: readonly Rule[] = [
  [
    new RegExp(`\\b(?:between|from) (?:the )?${YEAR} (?:and|to|until|till) ${YEAR}\\b`),
    (m) => between(m[1], m[2]),
  ],
  [new RegExp(`\\b${YEAR} to ${YEAR}\\b`), (m) => between(m[1], m[2])],
  [
    new RegExp(`\\b(?:nothing|not|no films?|no movies?|none)(?: made| from)? before (?:the )?${TIME}\\b`),
    (m) => ({ from: start(m[1]) }),
  ],
  [
    new RegExp(`\\b(?:nothing|not|none)(?: made| from)? (?:after|newer than|later than) (?:the )?${TIME}\\b`),
    (m) => ({ to: end(m[1]) }),
  ],
  [
    new RegExp(`\\b(?:before|older than|earlier than|prior to|pre) (?:the )?${TIME}\\b`),
    (m) => ({ to: start(m[1]) - 1 }),
  ],
  [new RegExp(`\\b(?:until|up to|no later than) (?:the )?${TIME}\\b`), (m) => ({ to: end(m[1]) })],
  [
    new RegExp(`\\b(?:after|newer than|later than|post) (?:the )?${TIME}\\b`),
    (m) => ({ from: end(m[1]) + 1 }),
  ],
  [
    new RegExp(`\\b(?:since|from) (?:the )?${TIME} (?:on|onwards?|or later|and later)\\b`),
    (m) => ({ from: start(m[1]) }),
  ],
  [new RegExp(`\\b(?:since) (?:the )?${TIME}\\b`), (m) => ({ from: start(m[1]) })],
  [
    new RegExp(`\\b${LEAD}(early|mid|late) (?:the )?(${DECADE})\\b`),
    (m) => {
      const [from, to] = m[1] === 'early' ? [0, 4] : m[1] === 'mid' ? [3, 7] : [5, 9];
      return { from: start(m[2]) + from, to: start(m[2]) + to };
    },
  ],
  [new RegExp(`\\b(?:around|circa|about|maybe|roughly) (?:the year )?${YEAR}\\b`), (m) => around(m[1])],
  [new RegExp(`\\b${LEAD}(${DECADE})(?: era)?\\b`), (m) => ({ from: start(m[1]), to: end(m[1]) })],
  [/\blast (\d\d?) years\b/, (m, now) => ({ from: now - Number(m[1]) })],
  [/\b(?:in |from )?(?:the )?last (?:few|couple of) years\b/, (_, now) => ({ from: now - 5 })],
  [/\b(?:in |from )?(?:the )?last decade\b/, (_, now) => ({ from: now - 12 })],
  [/\b(?:from |in |of )?(?:this|the 21st|21st|the twenty first) century\b/, () => ({ from: 2000 })],
  [/\b(?:from |in |of )?(?:the )?(?:last|20th|twentieth) century\b/, () => ({ to: 1999 })],
  [/\b(?:nothing|not) (?:too |so |very |that )?(?:old|ancient|dated)\b/, () => ({ from: 1990 })],
  [/\b(?:nothing|not) (?:too |so |very |that )?(?:new|recent|modern)\b/, () => ({ to: 1999 })],
  [
    /\b(?:fairly |more |quite |pretty )?(?:recent(?:ly)?|modern|contemporary|brand new)\b/,
    (_, now) => ({ from: now - 12 }),
  ],
  [/\b(?:this year|the latest|latest|newest|new releases?)\b/, (_, now) => ({ from: now - 5 })],
  [/\b(?:a |some |something )new(?= film| movie| one|$| ,)/, (_, now) => ({ from: now - 12 })],
  [/^(?:new|newer)(?: ones?| stuff| films?| movies?)?$/, (_, now) => ({ from: now - 12 })],
  [/\bsilent(?: era| film| movie)s?\b/, () => ({ to: 1936 })],
  [/\bgolden age(?: of hollywood)?\b|\bold hollywood\b/, () => ({ from: 1930, to: 1960 })],
  [
    /\b(?:(?:old )?black and white|old school|old fashioned|really old|very old|vintage)\b/,
    () => ({ to: 1968 }),
  ],
  [
    /\b(?:an |some |something |any )old(?:ie)?(?= film| movie| one|$| ,|er$)|\boldies?\b/,
    () => ({ to: 1975 }),
  ],
  [/\bclassics?\b/, () => ({ to: 1989 })],
  [/(?<!\byears? )\bold$/, () => ({ to: 1975 })],
];
const BARE_YEAR = new RegExp(`\\b${LEAD}${YEAR}\\b`);

/**
 * Reads the years a folded text asks for.
 * @param thisYear the year that "recent" refers to
 */
export function readEra(text: string, thisYear: number): EraReading {
  const rules: readonly Rule[] = [...RULES, [BARE_YEAR, (m) => ({ from: Number(m[1]), to: Number(m[1]) })]];
  for (const [pattern, toSpan] of rules) {
    const match = pattern.exec(text);
    const span = match && toSpan(match, thisYear);
    if (!match || !span) continue;
    const before = text.slice(0, match.index).trimEnd();
    const after = text.slice(match.index + match[0].length).trim();
    const rest = `${before} ${after}`.trim();
    const isRelease = meansRelease(match[0], before, after);
    return NOT.test(before)
      ? { span: null, not: span, rest, isRelease }
      : { span, not: null, rest, isRelease };
  }
  return { span: null, not: null, rest: text, isRelease: false };
}

/** The time in which a film is set is not when it was made. */
const SETTING = /\b(?:set|takes? place|taking place|plays|happens|happening|living|lives?|back)(?: back)?$/;
const OF_RELEASE =
  /^(?:from|made in|released in|out of|of|before|after|since|until|up to|between|around|circa|older|newer|earlier|prior|nothing|not|none|no|post|pre|last|this|the latest|latest|newest|new releases?)\b/;
const FILM_FOLLOWS =
  /^(?:films?|movies?|flicks?|ones?|classics?|comed(?:y|ies)|dramas?|thrillers?|horrors?|westerns?|musicals?|sci ?fi|romances?|rom ?coms?|cartoons?|animations?|documentar(?:y|ies)|noirs?)\b/;
const RELEASED = /\b(?:came out|come out|released|made|shot|filmed|produced)(?: sometime| some time)?$/;

function meansRelease(said: string, before: string, after: string): boolean {
  if (SETTING.test(before)) return false;
  if (OF_RELEASE.test(said) || FILM_FOLLOWS.test(after) || RELEASED.test(before)) return true;
  const isAlone = (before === '' || before.endsWith(',')) && (after === '' || /^[,?]/.test(after));
  // "Heat 1995" is a title with its year; "in 1912" may be anything.
  return isAlone || (after === '' && /^\d{4}$/.test(said));
}

/** True when a year lies in a span; an unknown year lies in none. */
export const inSpan = (year: number | null, { from, to }: Span): boolean =>
  year !== null && (from === undefined || year >= from) && (to === undefined || year <= to);

/** "the 1980s", "1994", "after 2009", "before 1971". */
export function describeSpan({ from, to }: Span): string {
  if (from !== undefined && to !== undefined) {
    if (from === to) return `${from}`;
    return from % 10 === 0 && to === from + 9 ? `the ${from}s` : `${from} to ${to}`;
  }
  return from !== undefined ? `${from} or later` : `${to} or earlier`;
}

function start(time = ''): number {
  const word = DECADE_WORDS[time];
  if (word !== undefined) return word;
  if (!time.endsWith('s')) return Number(time);
  const decade = Number(time.slice(0, -1));
  if (decade >= 100) return decade;
  return decade >= 30 ? 1900 + decade : 2000 + decade;
}

const end = (time = '') => start(time) + (time.endsWith('s') ? 9 : 0);

function between(a = '', b = ''): Span {
  const [from = 0, to = 0] = [Number(a), Number(b)].sort((x, y) => x - y);
  return { from, to };
}

const around = (year = ''): Span => ({ from: Number(year) - 2, to: Number(year) + 2 });

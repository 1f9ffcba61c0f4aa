/** Limits on how a film is rated. */
export interface RatingLimits {
  /** Out of 10, inclusive. */
  minRating: number | null;
  maxRating: number | null;
  /** A certificate, folded: "pg 13". */
  ageRating: string | null;
}

/** Folded, "8.5" is "85" and "8,5" stays as it is; "85 %" means the same. */
const NUMBER = '(\\d(?:,?\\d)?)(?: percent)?';
const RATED =
  '(?:with |that have |that are |which are |have |has |is |are )?(?:an? |the )?(?:imdb )?(?:rated|ratings?|(?:scores?|scored|scoring)(?= (?:of|on|above|over|below|under|at|between|higher|better|more|less|up|is|that)\\b))(?: of| on imdb| is| that is| which is)*';
const SCALE = '(?: (?:stars?|points?))?(?: (?:out of|of|on) (?:10|ten|5|five|imdb)| 10| on imdb)*';
const OR_MORE = '(?: (?:or|and) (?:more|higher|above|better|up|over))';
const MORE_THAN = '(?:above|over|higher than|better than|more than|greater than|beyond)';
const AT_LEAST =
  '(?:of )?(?:at least|from|a minimum of|minimum|min|no less than|not (?:below|under|less than))';
const LESS_THAN = '(?:below|under|lower than|less than|worse than)';
const AT_MOST = '(?:of )?(?:at most|up to|no more than|maximum|max|not (?:above|over))';
const ON_IMDB = '(?:(?: stars?| points?| out of (?:10|ten))(?: on imdb)?| on imdb)';

/** Stars, of which there are five: "4 stars", not "8 stars". */
const OF_FIVE = /(?<!\d)[1-5](?:,?5)? (?:stars?(?!.*(?:10|ten|imdb))|(?:stars? )?(?:out of|of) (?:5|five))/;
/** Ratings have one decimal: what is above 8.5 has at least 8.6. */
const STEP = 0.1;
const RULES: readonly [pattern: RegExp, limits: (a: number, b: number) => Partial<RatingLimits>][] = [
  [
    new RegExp(`\\b${RATED} (?:between|from) ${NUMBER} (?:and|to) ${NUMBER}${SCALE}`),
    (a, b) => ({ minRating: Math.min(a, b), maxRating: Math.max(a, b) }),
  ],
  [new RegExp(`\\b${RATED} ${MORE_THAN} ${NUMBER}\\b${SCALE}`), (a) => ({ minRating: a + STEP })],
  [new RegExp(`\\b${RATED} ${LESS_THAN} ${NUMBER}\\b${SCALE}`), (a) => ({ maxRating: a - STEP })],
  [new RegExp(`\\b${RATED} ${AT_MOST} ${NUMBER}\\b${SCALE}`), (a) => ({ maxRating: a })],
  [new RegExp(`\\b${RATED} (?:${AT_LEAST} )?${NUMBER}\\b${SCALE}${OR_MORE}?`), (a) => ({ minRating: a })],
  [new RegExp(`\\b${MORE_THAN} ${NUMBER}${ON_IMDB}`), (a) => ({ minRating: a + STEP })],
  [new RegExp(`\\b${AT_LEAST} ${NUMBER}${ON_IMDB}`), (a) => ({ minRating: a })],
  [
    /\b(?:highly|very well|well) (?:rated|reviewed)\b|\b(?:critically )?acclaimed\b|\bwith (?:an? )?(?:high|great|good|excellent) (?:imdb )?(?:ratings?|reviews)\b/,
    () => ({ minRating: 8 }),
  ],
];

const AGE = [
  /\b(?:rated|certificate|certified|classified) (?:as )?(nc 17|pg 13|pg|fsk \d{1,2}|12a|(?:12|15|18)(?! (?:or|and|out|of|on)\b)|tv \w+|[rgu])(?= |$)/,
  /\b(?:an? )?(nc 17|pg 13|pg|fsk \d{1,2})(?: rated)?(?= (?:films?|movies?|comed|drama|thriller|horror|romance)|$)/,
  /\b(?:an? )?([rgu]) rated\b/,
];

/** Reads limits of ratings and certificates from a folded text, and returns the rest of it. */
export function readRatings(text: string): RatingLimits & { rest: string } {
  const limits: RatingLimits & { rest: string } = {
    minRating: null,
    maxRating: null,
    ageRating: null,
    rest: text,
  };
  const age = AGE.map((pattern) => pattern.exec(limits.rest)).find(Boolean);
  if (age) Object.assign(limits, { ageRating: age[1], rest: without(limits.rest, age[0]) });
  for (const [pattern, toLimits] of RULES) {
    const match = pattern.exec(limits.rest);
    if (!match) continue;
    const scale = OF_FIVE.test(match[0]) ? 2 : 1;
    const [a, b] = [numberOf(match[1]) * scale, numberOf(match[2]) * scale];
    return { ...limits, ...roundedTo(toLimits(a, b)), rest: without(limits.rest, match[0]) };
  }
  return limits;
}

const without = (text: string, said: string) => text.replace(said, ' ').replace(/\s+/g, ' ').trim();

/** "85", "8,5" and "8" out of 10. */
function numberOf(said = ''): number {
  const number = Number(said.replace(',', '.'));
  return number > 10 ? number / 10 : number;
}

const roundedTo = (limits: Partial<RatingLimits>): Partial<RatingLimits> =>
  Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [name, Math.round(Number(value) * 10) / 10]),
  );

/** Limits on how long a film may run and on the language it was made in. */
export interface Limits {
  /** Minutes, inclusive. */
  maxMinutes: number | null;
  minMinutes: number | null;
  /** The original language in English. */
  language: string | null;
  withoutLanguage: string | null;
  /** The text without them. */
  rest: string;
}

const NUMBER_WORDS: Record<string, number> = { one: 1, an: 1, a: 1, two: 2, three: 3, four: 4, half: 0.5 };
const NUMBER = `(\\d{1,3}|${Object.keys(NUMBER_WORDS).join('|')})`;
const LENGTH = `(?:about |around |roughly )?${NUMBER}( and a half)? ?(hours?|hrs?|h|minutes?|mins?|min)`;
const SHORTER =
  '(?:(?:that |which )?(?:is |are |runs? |lasts? )?(?:shorter|less|not longer|no longer|no more|not more) than|under|below|at most|up to|max(?:imum)?|within|not over|no longer than)';
const LONGER = '(?:(?:that |which )?(?:is |are |runs? |lasts? )?(?:longer|more) than|over|at least|above)';
const AT_MOST = new RegExp(`\\b${SHORTER} (?:of )?${LENGTH}\\b(?: long)?`);
const AT_LEAST = new RegExp(`\\b${LONGER} ${LENGTH}\\b(?: long)?`);

const LANGUAGE_OF: Record<string, string> = {
  french: 'French',
  german: 'German',
  italian: 'Italian',
  spanish: 'Spanish',
  japanese: 'Japanese',
  korean: 'Korean',
  russian: 'Russian',
  swedish: 'Swedish',
  danish: 'Danish',
  portuguese: 'Portuguese',
  brazilian: 'Portuguese',
  iranian: 'Persian',
  hindi: 'Hindi',
  indian: 'Hindi',
  bollywood: 'Hindi',
  telugu: 'Telugu',
  persian: 'Persian',
  farsi: 'Persian',
  chinese: 'Mandarin',
  mandarin: 'Mandarin',
  cantonese: 'Cantonese',
  indonesian: 'Indonesian',
  dutch: 'Dutch',
  norwegian: 'Norwegian',
  finnish: 'Finnish',
  polish: 'Polish',
  czech: 'Czech',
  hungarian: 'Hungarian',
  greek: 'Greek',
  turkish: 'Turkish',
  arabic: 'Arabic',
  hebrew: 'Hebrew',
  thai: 'Thai',
  vietnamese: 'Vietnamese',
  ukrainian: 'Ukrainian',
  romanian: 'Romanian',
  icelandic: 'Icelandic',
  american: 'English',
  british: 'English',
  english: 'English',
  hollywood: 'English',
  us: 'English',
};
const PEOPLE = Object.keys(LANGUAGE_OF).join('|');
const NOT_FROM = new RegExp(
  `\\b(?:(?:that|which) )?(?:is |are |its )?(?:not|no|non|nothing|isnt|arent|without|except|but not|anything but)(?: (?:an?|from|by|made|in|the|too|so|typical|another|any|stuff|something|out|of))* (${PEOPLE})(?: (?:films?|movies?|ones?|cinema|stuff|language|productions?|please))?(?= |$)`,
);
const FROM = new RegExp(
  `\\b(?<!a |an |the )(?:in |spoken in )?(?!us |hollywood )(${PEOPLE})(?: language)?(?= (?:films?|movies?|cinema|comed|drama|thriller|horror|romance|animation|documentar|western|crime|sci|language|ones?)|$)|\\b(?:an?|some|any|good|in) (?!us |hollywood |american |british |english )(${PEOPLE})(?: language)?(?= (?:films?|movies?|cinema|comed|drama|thriller|horror|romance|animation|documentar|ones?))|^(?:an?|some|any|in) (?!us |hollywood |american |british |english )(${PEOPLE})$|\\b(?:spoken )?in (?!us |hollywood )(${PEOPLE})(?= (?:but|and|or|please|with|from|not) | [,?])`,
);
const FOREIGN =
  /\b(?:foreign(?: language)?|non english|not in english|world cinema|subtitled)(?= films?| movies?| ones?| cinema|$| ,| language| thrillers?| dramas?| comed(?:y|ies)| horrors?| romances?)/;

/** Reads limits from a folded text. */
export function readLimits(text: string): Limits {
  const limits: Limits = {
    maxMinutes: null,
    minMinutes: null,
    language: null,
    withoutLanguage: null,
    rest: text,
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(limits.rest);
    if (match) limits.rest = limits.rest.replace(match[0], ' ').replace(/\s+/g, ' ').trim();
    return match;
  };
  const takeTime = (pattern: RegExp) => {
    const match = pattern.exec(limits.rest);
    const minutes = match && minutesIn(match);
    return minutes === null ? null : (take(pattern), minutes);
  };
  limits.maxMinutes = takeTime(AT_MOST);
  limits.minMinutes = limits.maxMinutes === null ? takeTime(AT_LEAST) : null;
  const unwanted = take(NOT_FROM);
  if (unwanted) limits.withoutLanguage = LANGUAGE_OF[unwanted[1] ?? ''] ?? null;
  else if (take(FOREIGN)) limits.withoutLanguage = 'English';
  else {
    const wanted = FROM.exec(limits.rest);
    const language = LANGUAGE_OF[wanted?.slice(1).find(Boolean) ?? ''];
    // Most films are in English, whoever made them: "an American film" narrows nothing down.
    if (language !== undefined && language !== 'English') {
      limits.language = language;
      take(FROM);
    }
  }
  return limits;
}

/** Folded, "1.5" is "15". */
const DECIMALS: Record<string, number> = { 15: 1.5, 25: 2.5, 35: 3.5 };
/** "24 hours to live" are no running time. */
const MOST_HOURS = 5;

function minutesIn([, amount = '', half, unit = '']: RegExpExecArray): number | null {
  const number = (NUMBER_WORDS[amount] ?? Number(amount)) + (half ? 0.5 : 0);
  if (!unit.startsWith('h')) return Math.round(number);
  const hours = DECIMALS[number] ?? number;
  return hours > MOST_HOURS ? null : Math.round(hours * 60);
}

import { contentOf, fold, wordsOf } from './words.js';

/** A film that a message names, whether or not the catalogue has it. */
export interface AskedTitle {
  /** As it was written. */
  title: string;
  year: number | null;
  /** Quotes, a year in parentheses, "movie:" or capitals show clearly that a title is meant. */
  isCertain: boolean;
  /** Of several films of that title, the oldest or the newest is meant. */
  age?: 'oldest' | 'newest';
}

const MAX_CHARS = 300;
const MAX_WORDS = 8;
const WITH_YEAR = /^(.*\S)\s*\(((?:18|19|20)\d\d)\)\s*[?.!]*$/s;
const YEAR_AT_END = /^(.*?\S)(?:\s+(?:from|made in|released in))?\s+((?:18|19|20)\d\d)\s*[?.!]*$/s;
/** "The older Dune", "the original version of Solaris". */
const AGED =
  /^the (?:(older|oldest|earlier|original)|newer|newest|later|latest|(?:more|most) recent)\s+(?:(?:version|film|movie) of )?(\S.*?)(?: (?:film|movie|version))?$/i;
const QUOTED = /["“„«]([^"“”„«»]{1,100})["“”»]/;
const LABELLED = /^(?:movie|film|title|filme?|película)\s*:\s*(.+)$/i;
const TITLE = '(.+?)';
/** A name of up to four words, but no word that refers to one. */
const SOMEONE =
  "(?!(?:it|this|that|there|he|she|they|anyone|anybody|the|any|an?|you|your) )(?:[\\p{L}.'-]+ ){1,4}?";
const END = '\\s*[?.!]*$';
/** Sentences around a title. What they leave may still be anything: "do you know a film with a shark?" */
const SENTENCES = [
  `^(?:and |so |ok,? |hey,? )?who (?:directed|made|wrote|stars? in|starred in|is in|was in|plays in|acts in|acted in) ${TITLE}`,
  `^(?:and |so )?when (?:did|was|were) ${TITLE} (?:come out|released|made|filmed)`,
  `^what(?:'s| is| was) (?:the (?:plot|story|cast|director|rating|year|genre|runtime) of )?${TITLE} about`,
  `^what(?:'s| is) the (?:plot|story|cast|director|rating|year|genre|runtime|ending) of ${TITLE}`,
  `^what year (?:is|was|did) ${TITLE}(?: from| made| come out| released)?`,
  `^how (?:long|good|old|scary|sad|funny) (?:is|was) ${TITLE}`,
  `^(?:is|was) ${TITLE} (?:any good|good|bad|scary|sad|funny|violent|worth .+|for (?:kids|children)|suitable .+|on .+|a (?:comedy|drama|thriller|horror film|true story)|in (?:english|french|german|spanish|italian|japanese|korean|colou?r|black and white)|subtitled|dubbed)`,
  `^(?:hey,? |hi,? )?have you (?:ever )?(?:seen|watched|got|heard of) ${TITLE}`,
  `^(?:hey,? |hi,? )?(?:do|did) you (?:know|have|like|see|watch) ${TITLE}`,
  `^(?:please |can you |could you )?tell me (?:more |something )?about ${TITLE}`,
  `^(?:i (?:want|wanna|would like|'d like)|i'd like|let's|lets|can (?:i|we)|we want) (?:to )?(?:watch|see) ${TITLE}(?: please| tonight)?`,
  `^(?:and |so )?(?:did|does|has) ${SOMEONE}(?:direct|directed|make|made|star in|starred in|act in|acted in|appear in|appeared in|play in|played in) ${TITLE}`,
  `^(?:and |so )?(?:is|was|were) ${SOMEONE}in ${TITLE}`,
  `^(?:is|was) ${TITLE} (?:made |released |shot |filmed |out )?(?:from|in|before|after|since|around) (?:the )?(?:(?:18|19|20)\\d\\d|(?:19|20)?\\d0s|\\w+ties)`,
  `^(?:what|how) about ${TITLE}`,
  `^(?:is|was) (?:it|that|this) ${TITLE}`,
  `^(?:i(?:'m| am) )?(?:looking|searching) for ${TITLE}`,
  `^(?:is there|do you have) (?:a |the )?(?:film|movie) (?:called|named|titled) ${TITLE}`,
  `^(?:the |a )?(?:film|movie) (?:called|named|titled) ${TITLE}`,
  `^(?:something|anything|films?|movies?|more) (?:like|similar to) ${TITLE}`,
].map((sentence) => new RegExp(sentence + END, 'iu'));
/** What begins like this describes a film, or refers to the current one. */
const NO_TITLE =
  /^(?:an?|any|some|something|anything|someone|films?|movies?|one|ones|other|another|that|this|these|those|the (?:film|movie|one|plot|story|cast|ending|director|other|first|second|third|last|same|best|actors?)|what|how|where|when|who|which|more|your?|me|my|best|good|new)\b/i;
/** A number that is neither a place in a list nor a year. */
const OUT_OF_YEARS = /^(?:[1-9]\d{2}|(?!18|19|20)[1-9]\d{3})$/;
/** Films are announced so long before their release. */
const YEARS_AHEAD = 5;
const PRONOUN = /^(?:it|us|her|him|he|she|they|them|you|me|i)$/;
const SMALL = /^(?:an?|the|and|of|in|on|at|to|for|from|with|by|or|vs\.?|de|la|le|der|die|das|el|il|&|-|–)$/i;

/** The title that a message asks for, by the way it is written. Null where nothing looks like one. */
export function readAskedTitle(message: string): AskedTitle | null {
  const text = message.trim().slice(0, MAX_CHARS + 1);
  if (text === '' || text.length > MAX_CHARS || text.includes('\n')) return null;
  const quoted = QUOTED.exec(text)?.[1];
  if (quoted !== undefined) {
    const around = contentOf(fold(text.replace(QUOTED, ' ')).replace(/\d{4}/, ' '));
    return around.length <= 2 ? asked(quoted, true) : null;
  }
  const labelled = LABELLED.exec(text)?.[1];
  if (labelled !== undefined) return asked(labelled.replace(/[?.!]+$/, ''), true);
  const inSentence = SENTENCES.flatMap((sentence) => sentence.exec(text)?.[1] ?? [])[0];
  const title = (inSentence ?? text).trim();
  const isBare = inSentence === undefined;
  if (WITH_YEAR.test(title)) return asked(title, true);
  const [, older, aged] = AGED.exec(title) ?? [];
  if (aged !== undefined && isCapitalised(aged) && !NO_TITLE.test(aged)) {
    const found = asked(aged, true);
    return found && { ...found, age: older ? 'oldest' : 'newest' };
  }
  if (title === '' || (NO_TITLE.test(title) && !isLongTitle(title))) return null;
  if (isBare && OUT_OF_YEARS.test(title)) return asked(title, true);
  if (isBare && !isTitleCase(title) && !YEAR_AT_END.test(title)) return null;
  return asked(title, isCapitalised(title));
}

function asked(text: string, isCertain: boolean): AskedTitle | null {
  const [, title = text, year] = WITH_YEAR.exec(text) ?? yearAtEnd(text) ?? [];
  const length = wordsOf(fold(title)).length;
  if (length === 0 && !/\p{L}/u.test(title) && !OUT_OF_YEARS.test(title)) return null;
  if (length > MAX_WORDS) return null;
  return { title: title.trim(), year: year === undefined ? null : Number(year), isCertain };
}

/** A year to come belongs to the title: "Blade Runner 2049". */
function yearAtEnd(text: string): RegExpExecArray | null {
  const found = YEAR_AT_END.exec(text);
  return found && Number(found[2]) <= new Date().getFullYear() + YEARS_AHEAD ? found : null;
}

/** True for a title that could as well be a pronoun: "It", "Us", "Her". */
export const isPronoun = ({ title }: AskedTitle): boolean => PRONOUN.test(title);

/** Every word but the small ones begins with a capital or a digit. */
function isCapitalised(title: string): boolean {
  return title
    .split(/[\s:]+/)
    .filter((word) => !SMALL.test(word))
    .every((word) => /^[\p{Lu}\p{N}¿¡(&]/u.test(word));
}

/** Four capitalised words or more are a title, whatever the first is: "Some Like It Hot". */
const isLongTitle = (text: string): boolean =>
  isTitleCase(text) && text.split(/\s+/).filter((word) => !SMALL.test(word)).length >= 4;

/** A message of nothing but capitalised words, at least two: one capital is only how a sentence begins. */
const isTitleCase = (text: string): boolean =>
  !/[?,]/.test(text) &&
  text.split(/\s+/).filter((word) => !SMALL.test(word)).length >= 2 &&
  text !== text.toUpperCase() &&
  isCapitalised(text);

import { editDistance } from '../../../search/edit-distance.js';

/** The rest of a longer message is not read. */
const MAX_READ = 2_000;

/**
 * Normalises text for the rules: lower case, without accents and apostrophes, words and numbers separated by one
 * space. Of the punctuation only `,` (for every pause) and `?` are left, as words of their own.
 */
export function fold(text: string): string {
  return text
    .slice(0, MAX_READ)
    .normalize('NFKD')
    .slice(0, MAX_READ)
    .replace(/[\u0300-\u036f'’‘`´]/g, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/#(?=\d)/g, ' number ')
    .replace(/(?<=\d)[-–—](?=\d)/g, ' to ')
    .replace(/(?<=\d)\.(?=\d)/g, '')
    .replace(/(?<=\b\p{L})\.(?=\p{L}\b)/gu, '')
    .replace(/\?+/g, ' ? ')
    .replace(/[,;:!\n.…]+(?=\s|$)| [-–—]+ /g, ' , ')
    .replace(/[^\p{L}\p{N}\p{M},? ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[, ]+|[, ]+$/g, '');
}

/** The words of a folded text, without punctuation. */
export const wordsOf = (folded: string): string[] =>
  folded.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word));

/** Splits a folded text at its commas. */
export const clausesOf = (folded: string): string[] =>
  folded
    .split(/[,?]/)
    .map((clause) => clause.trim())
    .filter(Boolean);

/** True when two words differ by at most a typing error. Short words must be equal. */
export function alike(a: string, b: string): boolean {
  if (a === b) return true;
  const longest = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < 4 || longest > 30) return false;
  return editDistance(a, b) <= (longest >= 8 ? 2 : 1);
}

const EMPTY_WORDS = new Set(
  (
    'a an the and or but nor of to in on at by for from with without about as is are was were be been being am it its ' +
    'this that these those there their they them he him his she her hers i im ive id me my mine we us our you your ' +
    'who whom whose which what when where why how do does did done has have had having can could would should will ' +
    'may might must shall not no yes so very really quite just some any all more most much many few lot than then ' +
    'too also only even still into onto over up out off if because while get gets got go goes going want wants like ' +
    'likes liked love loved watch watched watching see seen find looking look film films movie movies flick flicks ' +
    'one ones something anything someone some thing things stuff kind sort type please tonight maybe think know ' +
    'remember recall recommend suggest suggestion show tell give need good great nice best well new old other another ' +
    'thats theres were hi hello hey ok okay thanks dont cant isnt doesnt didnt let lets us called named title ' +
    'im trying try set main character scene part bit where somewhere hmm um uh er oh ah eh well actually instead rather ' +
    'around number top ever cool got yup yep yea nope nah correct exactly right meant wrong already ive list favourite favorite come came comes happen happens happened none neither both nothing bored tired vibe vibes story plot mood feel feeling say said made make us anyway mean else again'
  ).split(' '),
);

/** The words of a folded text that carry meaning of their own. */
export const contentOf = (folded: string): string[] =>
  wordsOf(folded).filter((word) => !EMPTY_WORDS.has(word) && !/^\d{1,2}$/.test(word));

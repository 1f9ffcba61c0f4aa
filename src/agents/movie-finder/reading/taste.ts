import { LEXICON, SHIFTS, STRONG_COMPARISONS, type Meaning, type Shift } from './lexicon.js';
import { clausesOf, contentOf } from './words.js';

/** Genres and moods that a text asks for, and those that it excludes. */
export interface Taste {
  genres: string[];
  withoutGenres: string[];
  moods: string[];
  withoutMoods: string[];
  shifts: Shift[];
  /** The text without those words. */
  rest: string;
}

/** What follows one of these is the film's plot: its "war" is not a genre. */
const STORY =
  /\b(?:about|where|in which|when|whose|who|set (?:in|on|during)|takes place|in the future|the one with)\b/;
const COMPARISON = STRONG_COMPARISONS.map(([phrase, meaning]) => ({
  pattern: whole(phrase),
  meaning,
  loose: false,
}));
const RULES = LEXICON.map(({ phrase, loose = false, ...meaning }) => ({
  pattern: whole(phrase),
  meaning,
  loose,
}));
const SHIFT_RULES = SHIFTS.map(([phrase, shift]) => ({ pattern: whole(phrase), shift }));

const words = (text: string) => new Set(text.split(' '));
const NEGATIONS = words(
  'no not nothing isnt dont without never hate avoid except non less skip wasnt doesnt nor',
);
/** Words between a negation and the negated word. */
const FILLERS = words(
  'a an any too very so that much more many film films movie movies anything something really want like in the mood ' +
    'for and or be is it to stuff of kind watch see ● super overly please me us show give feel looking im',
);
const ARTICLES = words('a an the some any good great nice ● really very real');
const PREPOSITIONS = words('with his her their its of by in about during my our your into from through');
const NOUN_FOLLOWS = words(
  'film films movie movies flick flicks one ones story stories epic drama dramas comedy comedies thriller thrillers ' +
    'about from set like please or and but with in made by , ● for where that',
);

/** Reads genres and moods from a folded text, era and titles taken out before. */
export function readTaste(text: string): Taste {
  const taste: Taste = { genres: [], withoutGenres: [], moods: [], withoutMoods: [], shifts: [], rest: '' };
  const rests = clausesOf(text).map((clause) => {
    const cue = STORY.exec(clause);
    const head = cue ? clause.slice(0, cue.index) : clause;
    return `${readClause(head, taste)} ${cue ? clause.slice(cue.index) : ''}`.trim();
  });
  return { ...taste, rest: rests.filter(Boolean).join(' , ').replace(/\s+/g, ' ') };
}

/** Adds the criteria of a clause to the taste, and returns the clause without them. */
function readClause(clause: string, taste: Taste): string {
  let left = clause;
  for (const { pattern, shift } of SHIFT_RULES) {
    if (!pattern.test(left)) continue;
    taste.shifts.push(shift);
    left = left.replace(pattern, '●');
  }
  for (const { pattern, meaning, loose } of [...COMPARISON, ...RULES]) {
    for (let match = pattern.exec(left); match; match = pattern.exec(left)) {
      const before = left.slice(0, match.index).split(' ').filter(Boolean);
      const after = left
        .slice(match.index + match[0].length)
        .split(' ')
        .filter(Boolean);
      const negated = isNegated(before);
      const asGenre = !loose || negated || namesKind(before, after);
      if (!asGenre && !meaning.moods) break;
      add(asGenre ? meaning : { moods: meaning.moods }, negated, taste);
      left = `${left.slice(0, match.index)}●${left.slice(match.index + match[0].length)}`;
    }
  }
  return left.replace(/●/g, '').replace(/\s+/g, ' ').trim();
}

function add({ genres = [], moods = [] }: Meaning, negated: boolean, taste: Taste): void {
  const [toGenres, toMoods] = negated
    ? [taste.withoutGenres, taste.withoutMoods]
    : [taste.genres, taste.moods];
  for (const genre of genres) if (!toGenres.includes(genre)) toGenres.push(genre);
  for (const mood of moods) if (!toMoods.includes(mood)) toMoods.push(mood);
}

/** True when the words before lead back to a negation: "no", "not too", "don't want anything". */
function isNegated(before: readonly string[]): boolean {
  for (let index = before.length - 1; index >= 0; index--) {
    const word = before[index] ?? '';
    if (NEGATIONS.has(word)) return before[index - 1] !== 'why';
    if (word === 'but' && before[index - 1] === 'anything') return true;
    if (!FILLERS.has(word)) return false;
  }
  return false;
}

/** A longer clause describes a plot, in which an everyday word names no genre. */
const MAX_KIND_CLAUSE = 6;

/** True when an everyday word is in the position of a genre: "a war film", "some action", not "in the war". */
function namesKind(before: readonly string[], after: readonly string[]): boolean {
  const lead = before.findLast((word) => !ARTICLES.has(word));
  if (lead && PREPOSITIONS.has(lead)) return false;
  if (after[0] === undefined) return before.length < MAX_KIND_CLAUSE || before.every(isSaidBeforeKind);
  return NOUN_FOLLOWS.has(after[0]);
}
const isSaidBeforeKind = (word: string) => contentOf(word).length === 0;

function whole(phrase: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrase})(?![\\p{L}\\p{N}])`, 'u');
}

import type { Film, FilmCatalogue, FilmMatch } from '../../../catalogue/film.js';
import { NATIONALITIES } from '../reading/lexicon.js';
import { isPronoun, type AskedTitle } from '../reading/asked-title.js';
import type { Reading } from '../reading/understand.js';
import { alike, contentOf, fold, wordsOf } from '../reading/words.js';

/** From this similarity on a title is taken to be meant. */
export const TITLE_MEANT = 0.65;
/** From this similarity on no other interpretation is tried. */
const CERTAIN = 0.95;
/** Names are searched for so far into a message. */
const MAX_NAMES = 600;
const SAME_DIRECTOR =
  /\b(?:same director|(?:by|from) (?:him|her|them|that director|this director|the director)|(?:his|her|their|directors) (?:other|oldest|newest|latest|first|earlier|later|best))\b/;
const SAME_LEAD = /\b(?:same (?:actor|actress|star|lead)|with (?:him|her|that actor|that actress))\b/;
/** "What else did he make?": in a story "they made a deal" names nobody. */
const ASKS_WORK = /^(?:and |so )?(?:what|which)\b.*\b(?:else|other|films?|movies?)\b/;
const DIRECTED =
  /\b(?:he|she|they|(?:that|this|the) director) (?:else )?(?:direct|directed|make|made|do|done)\b/;
const PLAYED =
  /\b(?:he|she|they|(?:that|this|the) (?:actor|actress|star)) (?:been |also )?(?:in|star in|starred in|act in|acted in|play in|played in)\b/;

/** Films and people of the catalogue that a message names. */
export interface Named {
  titles: FilmMatch[];
  people: string[];
  like: Film | null;
}

/**
 * Looks up the films and people a message names.
 * @param current the film that "it" refers to
 */
export async function lookUpNames(
  catalogue: FilmCatalogue,
  reading: Reading,
  current: Film | null,
): Promise<Named> {
  const { like } = reading;
  const [match] = like && like !== 'this' ? await titled(catalogue, [like.title]) : [];
  const model = like === 'this' ? current : (match?.film ?? null);
  // What is no film may be a person: "like Kubrick".
  const example = like && like !== 'this' && !match ? `${like.title} , ` : '';
  const found = await catalogue.findPeople(`${example}${reading.names}`.slice(0, MAX_NAMES));
  const people = [
    ...samePeople(reading.text, current),
    ...found.filter((name) => !isNationality(reading.text, name)),
  ];
  const asked = askedIn(reading.asked, current);
  const titles = [
    ...(asked ? [asked, ...(reading.asked?.year ? [reading.asked.title] : [])] : []),
    ...reading.titles,
  ];
  const matches = like ? [] : await titled(catalogue, titles);
  return { titles: ofAge(matches, reading.asked), people: [...new Set(people)], like: model };
}

/** A reading in which a title of the catalogue is no comparison: "Some Like It Hot" is not about something like it. */
export async function withTitleWhole(catalogue: FilmCatalogue, reading: Reading): Promise<Reading> {
  if (reading.like !== 'this') return reading;
  const found = await titled(catalogue, reading.whole);
  const title = found.map(({ film }) => fold(film.title)).find((name) => reading.whole.includes(name));
  return title === undefined ? reading : { ...reading, like: null, titles: [title] };
}

/** Of the films of one title, the one that "the older" or "the newer" means. */
function ofAge(matches: FilmMatch[], asked: AskedTitle | null): FilmMatch[] {
  const same = matches.filter(({ film }) => asked?.age && fold(film.title) === fold(asked.title));
  const years = same.flatMap(({ film }) => film.year ?? []);
  if (years.length === 0) return matches;
  const year = asked?.age === 'oldest' ? Math.min(...years) : Math.max(...years);
  return same.filter(({ film }) => film.year === year);
}

/** The requested title, with its year. "It" refers to the current film, unless it is written as a name. */
function askedIn(asked: AskedTitle | null, current: Film | null): string | null {
  if (!asked || (isPronoun(asked) && current && !/^\p{Lu}/u.test(asked.title))) return null;
  return asked.year === null ? asked.title : `${asked.title} (${asked.year})`;
}

/** Films with one of these titles, surest first, each once. */
async function titled(catalogue: FilmCatalogue, titles: readonly string[]): Promise<FilmMatch[]> {
  const best = new Map<string, FilmMatch>();
  for (const title of titles) {
    for (const match of (await catalogue.findByTitle(title)).filter((found) => isNamedBy(title, found)))
      if (match.confidence >= TITLE_MEANT && match.confidence > (best.get(match.film.id)?.confidence ?? 0))
        best.set(match.film.id, match);
    if ([...best.values()].some(({ confidence }) => confidence >= CERTAIN)) break;
  }
  return [...best.values()].sort((a, b) => b.confidence - a.confidence);
}

/**
 * False when the title is only part of a text with more content than a title: "drive" in
 * "a bank robber who can drive", or is spelt a little like it: "bird man" is no "Third Man". The year and people of
 * the film may stand beside its title.
 */
export function isNamedBy(text: string, { film, foundAs }: FilmMatch): boolean {
  const said = contentOf(fold(text));
  const people = wordsOf(fold([...film.directors, ...film.cast].join(' ')));
  return [film.title, film.originalTitle ?? '', foundAs ?? ''].filter(Boolean).some((name) => {
    const title = wordsOf(fold(name));
    const known = [...title, ...people, `${film.year}`];
    if (said.every((word) => NUMBERS.has(word) || known.some((other) => alike(word, other)))) return true;
    const [whole, spoken] = [title.join(''), wordsOf(fold(text)).join('')];
    return whole.charAt(0) === spoken.charAt(0) && alike(whole, spoken);
  });
}
const NUMBERS = new Set('one two three four five six seven eight nine ten eleven twelve'.split(' '));

/** The film of a title. */
export async function filmOf(catalogue: FilmCatalogue, title: string): Promise<Film | null> {
  const found = await catalogue.findByTitle(title);
  const meant = found.find((match) => match.confidence >= TITLE_MEANT && isNamedBy(title, match));
  return meant?.film ?? null;
}

function samePeople(text: string, film: Film | null): string[] {
  const asked = ASKS_WORK.test(text) ? text : '';
  if (SAME_DIRECTOR.test(text) || DIRECTED.test(asked)) return film?.directors.slice(0, 1) ?? [];
  return SAME_LEAD.test(text) || PLAYED.test(asked) ? (film?.cast.slice(0, 1) ?? []) : [];
}

/** True when the only word of a name is an adjective of nationality. */
const isNationality = (text: string, name: string) =>
  wordsOf(text)
    .filter((word) => spells(name, word))
    .every((word) => NATIONALITIES.has(word));

export const spells = (name: string, word: string) => wordsOf(fold(name)).some((part) => alike(part, word));

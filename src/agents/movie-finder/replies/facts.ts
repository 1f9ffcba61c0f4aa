import type { Film } from '../../../catalogue/film.js';
import { inSpan, type Span } from '../reading/era.js';
import type { Topic } from '../reading/topics.js';
import type { Reading } from '../reading/understand.js';
import { alike, contentOf, fold, wordsOf } from '../reading/words.js';

/** What is asked about a film. */
export interface Question extends Pick<Reading, 'text' | 'topics' | 'taste' | 'content' | 'names'> {
  /** The years in which it is asked to have come out. */
  era?: Span | null;
  /** People the question names, as the catalogue spells them. */
  people: readonly string[];
}

const CAST_IS_PARTIAL = 'The catalogue only lists the leading names, so a smaller part would not show.';
const YES_NO = /^(?:(?:and|so|but|ok|okay|well) )?(?:is|isnt|was|are|were|does|did|has|do|how)\b/;

/** The answer to a question about a film from its record, or that the record does not contain it. */
export function answer(film: Film, question: Question): string {
  if (question.topics.length === 0 && question.era && film.year !== null && YES_NO.test(question.text))
    return `${inSpan(film.year, question.era) ? 'Yes' : 'No'}, ${factAbout(film, 'year')}`;
  if (asksForPerson(question)) return person(film, question.people);
  const unlisted = unlistedPerson(film, question);
  if (unlisted) return unlisted;
  const { topics } = question;
  if (topics.length > 0) return topics.map((topic) => factAbout(film, topic)).join(' ');
  return (YES_NO.test(question.text) && traits(film, question)) || mention(film, question);
}

function factAbout(film: Film, topic: Topic): string {
  const title = `**${film.title}**`;
  switch (topic) {
    case 'director':
      return film.directors.length > 0
        ? `${title} was directed by ${list(film.directors)}.`
        : unknown('who directed it', film);
    case 'cast':
      return film.cast.length > 0
        ? `The leads in ${title} are ${list(film.cast)}.`
        : unknown('the cast', film);
    case 'role':
      return film.cast.length > 0
        ? `The catalogue names the cast of ${title}, ${list(film.cast)}, but not who plays which part.`
        : unknown('the cast', film);
    case 'year':
      return film.year === null ? unknown('the year', film) : `${title} came out in ${film.year}.`;
    case 'genre':
      return film.genres.length > 0
        ? `${title} is filed under ${list(film.genres.map((genre) => genre.toLowerCase()))}.`
        : unknown('its genre', film);
    case 'rating':
      return film.rating === null
        ? unknown('how it is rated', film)
        : `${title} stands at ${film.rating.toFixed(1)} out of 10 on IMDb, ${verdict(film.rating)}.`;
    case 'plot':
      return film.plot ? `Here is ${title} in short: ${film.plot}` : unknown('the plot', film);
    case 'mood':
      return film.moods.length > 0 ? `The mood of ${title}: ${list(film.moods)}.` : unknown('its mood', film);
    case 'imdb':
      return film.imdbId === null
        ? unknown('its IMDb id', film)
        : `${title} is ${film.imdbId} on IMDb: https://www.imdb.com/title/${film.imdbId}/`;
    case 'title':
      return film.originalTitle === null
        ? `It is called ${title}.`
        : `It is called ${title}; its original title is ${film.originalTitle}.`;
    case 'themes':
      return film.keywords.length > 0
        ? `What people remember of ${title}: ${list(film.keywords)}.`
        : unknown('its themes', film);
    case 'poster':
      return film.poster === null
        ? unknown('what its poster looks like', film)
        : `Here is the poster of ${title}: ${film.poster}`;
    case 'source':
      return source(film);
    case 'audience':
      return audience(film);
    case 'runtime':
      return film.runtime === null
        ? unknown('how long it runs', film)
        : `${title} runs ${film.runtime} minutes (${inHours(film.runtime)}).`;
    case 'streaming':
      return unknown('where it can be watched', film);
    case 'ending':
      return `${unknown('how things turn out', film)} I only have the set-up, so there is nothing for me to spoil.`;
    case 'writer':
      return unknown('who wrote it', film);
    case 'location':
      return unknown('where it was shot', film);
    case 'crew':
      return `${unknown('the rest of the crew', film)} I know the director: ${list(film.directors) || 'not even that'}.`;
    case 'language':
      return film.language === null
        ? unknown('the language or the subtitles', film)
        : `The original language of ${title} is ${film.language}. I do not know about dubbed versions or subtitles.`;
    case 'sequels':
      return unknown('what came before or after it', film);
    case 'awards':
      return unknown('which awards it won', film);
    case 'box office':
      return unknown('what it made at the box office', film);
    case 'soundtrack':
      return unknown('who did the music', film);
    case 'trailer':
      return unknown('where to find its trailer', film);
    case 'budget':
      return unknown('what it cost to make', film);
  }
}

const asksForPerson = ({ people, topics }: Question) =>
  people.length > 0 && topics.every((topic) => ['cast', 'director', 'role', 'writer'].includes(topic));

function person(film: Film, people: readonly string[]): string {
  return people
    .slice(0, 2)
    .map((name) => {
      const directs = film.directors.includes(name);
      const acts = film.cast.includes(name);
      if (directs && acts) return `Yes: ${name} both directed **${film.title}** and plays in it.`;
      if (directs) return `Yes, ${name} directed **${film.title}**.`;
      if (acts) return `Yes, ${name} is in **${film.title}**.`;
      return `I do not see ${name} among the names I have for **${film.title}** (${list(film.cast)}). ${CAST_IS_PARTIAL}`;
    })
    .join(' ');
}

/** "Is Jane Nobody in it?": a name the whole catalogue does not know. */
function unlistedPerson(film: Film, { text, topics }: Question): string | null {
  if (topics.includes('language')) return null;
  const named =
    /^(?:is|was|does|did) (?!it\b|this\b|that\b|the\b|there\b|a\b|an\b)([\p{L} ]{3,40}?) (?:in|star|act|appear|play|direct)\b/u.exec(
      text,
    )?.[1];
  if (!named) return null;
  return `I do not see that name among the ones I have for **${film.title}** (${list([...film.directors, ...film.cast])}). ${CAST_IS_PARTIAL}`;
}

/** "Is it scary?", "is it a comedy?" */
function traits(film: Film, { taste }: Question): string | null {
  const moods = [...taste.moods, ...taste.withoutMoods];
  const genres = [...taste.genres, ...taste.withoutGenres];
  if (moods.length + genres.length === 0) return null;
  const has = [
    ...moods.filter((mood) => film.moods.includes(mood)),
    ...genres.filter((genre) => film.genres.includes(genre)).map((genre) => genre.toLowerCase()),
  ];
  const tags = `${list(film.genres.map((genre) => genre.toLowerCase()))}${film.moods.length > 0 ? `; the mood: ${list(film.moods)}` : ''}`;
  return has.length > 0
    ? `Yes, the catalogue has **${film.title}** down as ${list(has)}.`
    : `Not that I can tell. The catalogue has **${film.title}** down as ${tags}.`;
}

function audience(film: Film): string {
  const family = film.genres.includes('Family') || film.genres.includes('Animation');
  const rough =
    film.genres.includes('Horror') ||
    film.moods.some((mood) => ['violent', 'scary', 'gritty'].includes(mood));
  const tags = list([...film.genres.map((genre) => genre.toLowerCase()), ...film.moods]);
  const guess = rough
    ? 'so I would be careful with children'
    : family
      ? 'so it was made with the family in mind'
      : 'so I cannot promise either way';
  const rating =
    film.ageRating === null
      ? `The catalogue has no age rating for **${film.title}**.`
      : `**${film.title}** is rated ${film.ageRating}.`;
  return `${rating} It is tagged ${tags}, ${guess}.`;
}

function source(film: Film): string {
  const basis = film.keywords.find((keyword) =>
    /\b(?:based on|true story|novel|adaptation|real)\b/.test(keyword),
  );
  if (basis) return `One of the things noted about **${film.title}** is: ${basis}.`;
  return film.genres.includes('Biography')
    ? `**${film.title}** is filed under biography, so it is about real people; the catalogue says no more than that.`
    : unknown('what it is based on', film);
}

/** A question with no subject we know: a sentence of the record with the same words, if there is one. */
function mention(film: Film, { content }: Question): string {
  const asked = content.filter((word) => !wordsOf(fold(film.title)).includes(word));
  const speaksOf = (text: string) => {
    const words = contentOf(fold(text));
    return asked.filter((word) =>
      words.some((other) => alike(word, other) || `${word}s` === other || word === `${other}s`),
    ).length;
  };
  const passages = [...film.plot.split(/(?<=[.!?])\s+/), ...film.keywords];
  const best = passages.map((text) => ({ text, hits: speaksOf(text) })).sort((a, b) => b.hits - a.hits)[0];
  if (asked.length > 0 && best && best.hits >= Math.ceil(asked.length / 2))
    return `This is what the catalogue says on that: “${best.text}”`;
  return `The catalogue does not tell me that about **${film.title}**. I can tell you who made it and who is in it, when it came out, what it is about, its mood and how it is rated.`;
}

const unknown = (what: string, film: Film) =>
  `I do not know ${what}: the catalogue has nothing on that for **${film.title}**.`;

const verdict = (rating: number) =>
  rating >= 8.3
    ? 'among the very best rated'
    : rating >= 7.3
      ? 'which is high'
      : rating >= 6
        ? 'which is decent'
        : 'which is not much';

/** "1 h 58 min". */
const inHours = (minutes: number) => `${Math.floor(minutes / 60)} h ${minutes % 60} min`;

/** "**Alien** (1979)" */
export const named = ({ title, year }: Film): string => `**${title}**${year === null ? '' : ` (${year})`}`;

/** "a", "a and b", "a, b and c". */
export const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

import { readAskedTitle, type AskedTitle } from './asked-title.js';
import { readEra, type EraReading, type Span } from './era.js';
import type { FilmOrder } from '../../../catalogue/film.js';
import { readComparing, type Comparing } from './comparing.js';
import { readCounting, type Counted } from './counting.js';
import { readSuperlative } from './superlative.js';
import { readFeelings } from './feelings.js';
import { readIntents, type Intent } from './intents.js';
import { lead } from './leads.js';
import { readLimits, type Limits } from './limits.js';
import { readRatings, type RatingLimits } from './ratings.js';
import { isOffTopic } from './off-topic.js';
import { adjectiveFirst, translate, type Translation } from './translation/translate.js';
import { readTaste, type Taste } from './taste.js';
import { isQuestion, readTopics, withoutAsking, type Topic } from './topics.js';
import { contentOf, fold, wordsOf } from './words.js';

/** A film for comparison: one named, or the current one. */
export type Likeness = { title: string } | 'this';

/** A message as parsed by rules, without the catalogue. */
export interface Reading {
  /** The message, folded; in English, as far as it could be read. */
  text: string;
  /** Set for a message in another language. */
  translation: Translation | null;
  intents: ReadonlySet<Intent>;
  isQuestion: boolean;
  /** Topics of the question, in its order. */
  topics: Topic[];
  /** Index of the film chosen among the candidates, from 0; null when it can only be found by the text. */
  choice: number | null;
  taste: Taste;
  era: Span | null;
  notEra: Span | null;
  like: Likeness | null;
  /** The title that the message asks for by the way it is written. */
  asked: AskedTitle | null;
  /** How long the film may run, in which language it may be and how it is rated. */
  limits: Omit<Limits, 'rest'> & RatingLimits;
  /** The user is low; the film should do them good. */
  wantsCheering: boolean;
  comparing: Comparing | null;
  /** What the message asks the number of. */
  counted: Counted | null;
  /** The message asks for the first film in this order: "the oldest western". */
  order: FilmOrder | null;
  /** Asks for something that has nothing to do with films. */
  isOffTopic: boolean;
  /** What may be the whole of a title, before phrases such as "like it" were read out of it. */
  whole: string[];
  /** What may be the title of a film, likeliest first. */
  titles: string[];
  /** Where people may be named, without the film it should be like. */
  names: string;
  /** What to search by: the message without the words around it. Empty when nothing is described. */
  story: string;
  /** Things that should not be in it. */
  unwanted: string[];
  /** The words of the message that carry meaning and were not read as anything else. */
  content: string[];
}

/** "The oldest film in your catalogue". */
const OF_CATALOGUE =
  / (?:in|of|from) (?:your|the|this) (?:catalogue|catalog|collection|database|library|list)\b/g;
const MAX_TITLES = 4;
const MAX_TITLE_WORDS = 14;
/** A longer message is a description, not a title. */
const MAX_BARE_TITLE_WORDS = 9;

const CALLED =
  /\b(?:called|named|titled|entitled|title is|title was|name is|i mean|i meant|thinking of|talking about|what about|how about|looking for|want to (?:watch|see)|the (?:film|movie)|is it|was it|think its|think it was|like to (?:watch|see)|tell me about|know|watch) (.+)$/;
const TRAILS =
  /\b(?:with|by|starring|directed by|featuring|from|the (?:film|movie)|film|movie|please|not the|the original|the remake|i think|maybe|right|or something)\b.*$/;
const LIKE =
  /(?:(?:^|\b(?:something|anything|films?|movies?|ones?|more|stuff|similar|kind of|just|sort of|a lot|bit|much|,) )(?:like|similar to|in the (?:vein|style|spirit) of|along the lines of|reminiscent of|comparable to|close to|as good as)|\bsimilar (?:films?|movies?|ones?) to|\bsame (?:kind|style|vibe|sort)(?: of (?:film|movie|thing))? as) (.+)$/;
const LIKED = /\bi (?:really |just |also )?(?:liked|loved|enjoyed|adored|love|enjoy) (.+)$/;
const LIKE_ENDS =
  /,|\?| \b(?:but|only|except|just|though|with (?:less|more|fewer|a)|from the|from before|in the|made|that is|thats|and|what|which|please|any|do you|can you|so)\b/;
const LIKE_THIS =
  /\b(?:like|similar to) (?:this|that|it|these|those|them)(?: (?:one|film|movie|ones|films|movies))?\b|\b(?:similar (?:films?|movies?|ones?)|something similar|anything similar|more like (?:this|that|it)|in the same vein|same (?:kind|style|vibe|sort))\b(?!(?: of (?:film|movie|thing))? (?:to|as) )/;
/** "no dinosaurs", but not "a man with no name". */
const UNWANTED =
  /(?<=^|, |\bbut )(?:no|without|nothing (?:with|about)|not (?:with|about)) (?:any |the |a |an |more )?([\p{L}\p{N}]+)(?= |$)/gu;
/** What is left of "but not a cartoon". */
const DANGLING = /(?: ?,| but| and| or| not| no| without| an?| any)+$/;
const OF_NO_STORY = new Set(
  'other different else original remake more another next saw first second third fourth fifth last same director actor actress directed direct directs released release starring starred stars acted acts plays played'.split(
    ' ',
  ),
);

/**
 * Reads a message by rules alone.
 * @param thisYear the year that "recent" refers to
 */
export function understand(message: string, thisYear = new Date().getFullYear()): Reading {
  const translation = translate(message);
  const text = translation?.text ?? fold(message);
  const { intents, rest: told } = readIntents(text);
  const asking = isQuestion(text);
  const asked = readAskedTitle(message);
  const { wantsCheering, rest: wish } = readFeelings(told);
  const comparing = asking ? readComparing(text, message) : null;
  const { like, rest: withoutLike } = readLikeness(wish, message, asked);
  const { counted, rest: uncounted } = readCounting(withoutLike.replace(OF_CATALOGUE, ''));
  const { order, rest: unsorted } = readSuperlative(uncounted);
  const { rest: unrated, ...ratings } = readRatings(unsorted);
  const { rest: unlimited, ...limits } = readLimits(translation ? adjectiveFirst(unrated) : unrated);
  const era = readReleaseYears(unlimited, thisYear);
  const taste = cheering(readTaste(era.rest), wantsCheering);
  const unwanted = [...taste.rest.matchAll(UNWANTED)].flatMap((match) => contentOf(match[1] ?? ''));
  const leavesOut = taste.withoutGenres.length + taste.withoutMoods.length + unwanted.length > 0;
  const description = leavesOut ? taste.rest.replace(UNWANTED, ' ') : era.rest;
  const story = tidy(
    lead(description)
      .replace(/(?: ?[,?])+/g, ',')
      .replace(DANGLING, ''),
  );
  const content = contentOf(taste.rest.replace(UNWANTED, ' ')).filter((word) => !OF_NO_STORY.has(word));
  return {
    text,
    translation,
    intents,
    isQuestion: asking,
    topics: readTopics(like ? withoutLike : text),
    choice: null,
    taste,
    era: era.span,
    notEra: era.not,
    like,
    asked,
    limits: { ...limits, ...ratings },
    wantsCheering,
    comparing,
    counted,
    order,
    isOffTopic: isOffTopic(text),
    whole: [text.replace(/ ?[?,]$/, ''), fold(asked?.title ?? '')].filter(Boolean),
    titles: like
      ? []
      : [...(translation ? [fold(message)] : []), ...titlesIn(message, text, taste.rest, era.rest, asking)],
    names: taste.rest,
    story: content.length > 0 ? story : '',
    unwanted,
    content,
  };
}

/** From so many words on a message is a description, in which a time may be that of the story. */
const DESCRIPTION_WORDS = 3;

/** The years in which the film was made. Those in which a described story plays are left in the text. */
function readReleaseYears(text: string, thisYear: number): EraReading {
  const era = readEra(text, thisYear);
  const isStory = !era.isRelease && contentOf(readTaste(era.rest).rest).length >= DESCRIPTION_WORDS;
  return isStory ? { span: null, not: null, rest: text, isRelease: false } : era;
}

/** True when a message is nothing but its intent: "no, something else please". */
export const isBare = ({ content, unwanted, taste, era, notEra, like }: Reading): boolean =>
  content.length + unwanted.length === 0 && !saysTaste(taste) && !era && !notEra && !like;

export const saysTaste = ({ genres, withoutGenres, moods, withoutMoods, shifts }: Taste): boolean =>
  genres.length + withoutGenres.length + moods.length + withoutMoods.length + shifts.length > 0;

/** Excludes sad films for a sad user, unless requested. */
function cheering(taste: Taste, wantsCheering: boolean): Taste {
  if (!wantsCheering || taste.moods.includes('sad')) return taste;
  const moods = taste.moods.length > 0 ? taste.moods : ['feel-good'];
  return { ...taste, moods, withoutMoods: [...taste.withoutMoods, 'sad'] };
}

function readLikeness(
  text: string,
  message: string,
  asked: AskedTitle | null,
): { like: Likeness | null; rest: string } {
  if (LIKE_THIS.test(text) && !LIKED.test(text))
    return { like: 'this', rest: text.replace(LIKE_THIS, ' ').replace(/\s+/g, ' ').trim() };
  const match = LIKED.exec(text) ?? LIKE.exec(text);
  const named = match?.[1];
  if (!match || !named) return { like: null, rest: text };
  const end = LIKE_ENDS.exec(named)?.index ?? named.length;
  const title = named
    .slice(0, end)
    .replace(/^(?:the )?(?:film|movie) /, '')
    .trim();
  const isTitle =
    (contentOf(readTaste(title).rest).length > 0 ||
      (asked?.isCertain && fold(asked.title) === title) ||
      isWrittenAsName(title, message)) &&
    wordsOf(title).length <= MAX_BARE_TITLE_WORDS;
  if (!isTitle) return { like: null, rest: text };
  return {
    like: { title },
    rest: `${text.slice(0, match.index)} ${named.slice(end)}`.replace(/\s+/g, ' ').trim(),
  };
}

/** True for a word with a capital inside a sentence: "I loved Up", but not "I LOVED IT". */
const isWrittenAsName = (word: string, message: string): boolean =>
  message !== message.toUpperCase() &&
  message
    .split(/[^\p{L}\p{N}]+/u)
    .slice(1)
    .some((written) => /^\p{Lu}/u.test(written) && fold(written) === word);

function titlesIn(
  message: string,
  text: string,
  rest: string,
  withoutEra: string,
  asking: boolean,
): string[] {
  const quoted = [...message.slice(0, 2_000).matchAll(/["“«]([^"“”«»]{1,100})["”»]/g)].map(
    (match) => match[1] ?? '',
  );
  const bare = text.replace(/ ?[?,]$/, '');
  // "a comedy" is a wish, not a title; "her" and "1917" are.
  const isKind = contentOf(rest).length === 0 && wordsOf(rest).length < wordsOf(bare).length;
  const said = isKind && !/^\d{4}$/.test(bare) ? [] : [bare, lead(bare), lead(withoutEra)];
  const called = [CALLED.exec(bare)?.[1] ?? '', asking ? withoutAsking(withoutEra) : ''];
  const isDescription = /^(?:no ,? ?)?(?:with|about|where|in which|set in|set on)\b/.test(text);
  const short = isDescription
    ? []
    : [...said, ...called].flatMap((title) => [title, withoutTrail(title)]).map(tidy);
  const titles = [...quoted, ...short.filter((title) => wordsOf(title).length <= limitFor(title, bare))];
  return [...new Set(titles.filter((title) => wordsOf(title).length > 0))].slice(
    0,
    MAX_TITLES + quoted.length,
  );
}

/** Removes phrases that may follow a title: "… with Tom Hanks". */
const withoutTrail = (title: string) =>
  wordsOf(title).length > MAX_BARE_TITLE_WORDS ? '' : lead(title.replace(TRAILS, ''));
const limitFor = (title: string, bare: string) => (title === bare ? MAX_TITLE_WORDS : MAX_BARE_TITLE_WORDS);
const tidy = (title: string) => title.replace(/^[,? ]+|[,? ]+$/g, '');

import { shorten } from '../memory/criteria.js';
import { list, named } from './facts.js';
import type { Film, FilmMatch } from '../../../catalogue/film.js';
import { pick, QUESTIONS, type Wordings } from './questions.js';
import type { Concession } from '../lookup/search.js';
import { favourite } from '../lookup/favourite.js';
import type { Phase } from '../memory/state.js';

export type SmallTalk = 'greeting' | 'thanks' | 'bye' | 'help' | 'praise' | 'nod' | 'off-topic' | 'no-list';

export interface OfferNotes {
  concession?: Concession | null;
  /** The user asked for a shorter or longer film. */
  runtime?: boolean;
  /** Words of another language that could not be read. */
  notUnderstood?: readonly string[];
  /** Films in a language were left out. */
  byLanguage?: boolean;
  /** The title that was requested; these are others. */
  missing?: string;
  /** The answer to a question that came along. */
  answer?: string;
  /** The user asked about several films, not for one of them. */
  asksBack?: string;
  /** These are the rest of the candidates before. */
  left?: boolean;
  likeTitle?: string;
  /** The search was by genre, not by plot: none of them is the one that is meant. */
  suggested?: boolean;
}

const IS_IT: Wordings = ['Is that the one?', 'Is this the film you mean?'];
const TRY_ONE: Wordings = ['Shall it be that one?', 'Does that sound right?'];
const WHICH: Wordings = [
  'Which one is it? A number or a title will do, or tell me that none fits.',
  'Is it one of these? Tell me which, or what was different.',
];
const TRY: Wordings = [
  'Does one of them appeal to you? A number or a title will do; or tell me what should be different.',
  'Which shall it be? If none of them does it, tell me what is off.',
];

/** Below this a match is presented as uncertain. */
const UNSURE = 0.3;

const CONCESSIONS: Record<Concession, string> = {
  runtime:
    'I found nothing that I know to be of that length. I do not know how long most films run, so these may not be.',
  age: 'I found nothing that I know to have that age rating. These may have another.',
  era: 'Nothing from those years fits the rest, so here is what comes close from other times.',
  people: 'I found no film that has all of it, so I let go of a part.',
  genres: 'Nothing of that kind fits, so I did not insist on the genre.',
  story: 'I found nothing with exactly that in it, but these fit the rest.',
};

const BY_LANGUAGE =
  'I do not know in which country films were made, so I go by their language: these are not in English.';
const NO_RUNTIME = 'I do not know how long films run, so I cannot go by that.';

/** The candidates, numbered, with the question which one it is. */
export function offer(matches: readonly FilmMatch[], notes: OfferNotes, turn: number): string {
  const [first] = matches;
  if (!first) return '';
  const before = [
    notes.answer,
    notes.notUnderstood?.length &&
      `I read only a little of your language; I did not understand: ${notes.notUnderstood.join(', ')}.`,
    notes.missing && `**${notes.missing}** is not in my catalogue.`,
    notes.byLanguage && BY_LANGUAGE,
    notes.runtime && NO_RUNTIME,
    notes.concession && CONCESSIONS[notes.concession],
  ].filter(Boolean);
  const lead = notes.answer ? '' : leadOfOffer(matches, first, notes, turn);
  const lines = matches.map(({ film }, index) => `${index + 1}. ${line(film)}`);
  const isSuggestion = Boolean(notes.suggested || notes.likeTitle);
  const ask =
    notes.asksBack ??
    (matches.length === 1
      ? pick(turn, ...(isSuggestion ? TRY_ONE : IS_IT))
      : pick(turn, ...(isSuggestion ? TRY : WHICH)));
  return [[...before, lead].filter(Boolean).join(' '), lines.join('\n'), ask].join('\n\n');
}

function leadOfOffer(
  matches: readonly FilmMatch[],
  first: FilmMatch,
  notes: OfferNotes,
  turn: number,
): string {
  const title = `**${first.film.title}**`;
  if (notes.missing) return 'I do have another of that title:';
  if (notes.left) return pick(turn, 'That leaves:', 'Right, then there is still:');
  if (notes.likeTitle) return `If you like **${notes.likeTitle}**, have a look at:`;
  if (notes.suggested && matches.length === 1)
    return pick(turn, `I have one for that:`, `How about ${title}:`);
  if (!notes.suggested && first.confidence < UNSURE)
    return pick(turn, 'I am not sure, but could it be:', 'This is a guess:');
  if (!notes.suggested && favourite(matches))
    return pick(
      turn,
      `This sounds like ${title}:`,
      `My best guess is ${title}:`,
      `I think you mean ${title}:`,
    );
  return notes.suggested
    ? pick(turn, 'Here is what I found:', 'Have a look at these:', 'How about one of these:')
    : pick(turn, 'Here is what I found:', 'These could be it:', 'It may be one of these:');
}

/** "**Alien** (1979), Ridley Scott: The crew of a towing ship …" */
const line = (film: Film) =>
  `${named(film)}${film.directors.length > 0 ? `, ${list(film.directors.slice(0, 2))}` : ''}${film.plot ? `: ${hook(film)}` : ''}`;
const hook = ({ plot }: Film) => shorten(plot.split(/(?<=[.!?])\s/)[0] ?? plot, 130);

/** Several candidates match the description, or none does. */
export function clarify(
  among: readonly FilmMatch[],
  shown: readonly FilmMatch[],
  runtime: boolean,
  turn: number,
): string {
  const titles = (matches: readonly FilmMatch[]) => titlesOf(matches, shown);
  if (among.length > 1)
    return `That fits more than one of them:\n\n${titles(among)}\n\nWhich one do you mean?`;
  if (runtime) return `${NO_RUNTIME} Which one would you like?\n\n${titles(shown)}`;
  const [first] = shown;
  if (first && shown.length === 1)
    return `${pick(turn, 'I am not sure I follow.', 'Sorry, I did not get that.')} Is **${first.film.title}** the one? Say yes or no, or tell me more about it.`;
  return `${pick(turn, 'I did not quite get which one you mean.', 'Sorry, which one?')}\n\n${titles(shown)}\n\nA number or a title is enough; or tell me that none of them fits.`;
}

/** The description found no films beside the candidates. */
export const nothingBetter = (shown: readonly FilmMatch[], turn: number): string =>
  `${pick(turn, 'I found nothing for that.', 'Nothing in my catalogue goes with that.')} Still on offer:\n\n${titlesOf(shown, shown)}\n\nIs it ${shown.length === 1 ? 'that one' : 'one of these'}, or should I look for something else?`;

/** Titles with their numbers in the list that was shown. */
const titlesOf = (matches: readonly FilmMatch[], shown: readonly FilmMatch[]) =>
  matches
    .map(({ film }) => `${shown.findIndex((match) => match.film === film) + 1}. ${named(film)}`)
    .join('\n');

/** The film is confirmed. */
export function introduce(film: Film, turn: number): string {
  const by = film.directors.length > 0 ? `, directed by ${list(film.directors)}` : '';
  const cast = film.cast.length > 0 ? ` with ${list(film.cast.slice(0, 3))}` : '';
  const rating = film.rating === null ? '' : ` It has ${film.rating.toFixed(1)} out of 10 on IMDb.`;
  return [
    `${pick(turn, 'Great, it is', 'Found it:', 'Lovely,')} ${`${named(film)}${by}${cast}`.replace(/\.$/, '')}.${rating}`,
    film.plot,
    pick(
      turn,
      'Ask me anything about it, or say “another one” to look for something else.',
      'What would you like to know about it?',
    ),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Answers about candidates: the fact for each, then the question which one it is. */
export function answerOnOffer(
  answers: readonly string[],
  shown: readonly FilmMatch[],
  focus: Film | null,
): string {
  const ask = focus
    ? `Is **${focus.title}** the one?`
    : shown.length === 1
      ? 'Is that the one?'
      : 'Which one is it?';
  const facts = answers.length > 1 ? answers.map((text) => `- ${text}`).join('\n') : answers.join('');
  return `${facts}\n\n${ask}`;
}

/** Hello, thanks, and who are you: in every phase with the way on. */
export function smallTalk(about: SmallTalk, phase: Phase, film: Film | null, turn: number): string {
  const wayOn =
    phase === 'qa' && film
      ? `Ask me more about **${film.title}**, or say “another one”.`
      : phase === 'confirmation'
        ? 'Is one of the films above the one you mean?'
        : '';
  switch (about) {
    case 'greeting':
      return `${pick(turn, 'Hello!', 'Hi there!')} ${wayOn || pick(turn, ...QUESTIONS.open)}`;
    case 'thanks':
      return `${pick(turn, 'You are welcome!', 'My pleasure.')} ${wayOn || 'Just tell me when you want to look for a film.'}`;
    case 'bye':
      return pick(turn, 'Enjoy the film! I am here whenever you need another one.', 'See you, and enjoy!');
    case 'nod':
      return `${pick(turn, 'All right!', 'Good.')} ${wayOn || pick(turn, ...QUESTIONS.open)}`;
    case 'praise':
      return `${pick(turn, 'Glad to hear it!', 'Happy that it fits!')} ${wayOn || 'What shall we look for?'}`;
    case 'off-topic':
      return `I can only help with films: I do not know about anything else. ${wayOn || pick(turn, ...QUESTIONS.open)}`;
    case 'no-list':
      return `There is no list yet that you could pick from: I have not offered any films. ${pick(turn, ...QUESTIONS.open)}`;
    case 'help':
      return `I am the Movie Finder: describe a film you half remember, or say what you are in the mood for, and I look through my catalogue. Once we have settled on one I can answer questions about it. ${wayOn || pick(turn, ...QUESTIONS.open)}`;
  }
}

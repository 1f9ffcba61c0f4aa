import { answer } from './facts.js';
import type { Film } from '../../../catalogue/film.js';
import { understand } from '../reading/understand.js';

const FILM: Film = {
  id: 'jaws',
  imdbId: 'tt0073195',
  title: 'Jaws',
  year: 1975,
  directors: ['Steven Spielberg'],
  cast: ['Roy Scheider', 'Robert Shaw'],
  genres: ['Adventure', 'Thriller'],
  rating: 8.1,
  originalTitle: null,
  runtime: null,
  ageRating: null,
  language: null,
  poster: 'https://example.org/jaws.jpg',
  moods: ['suspenseful', 'scary'],
  keywords: ['shark attack', 'beach town', 'based on a novel'],
  plot: 'A police chief closes the beaches. A fisherman scratches a blackboard with his nails.',
};
const BARE: Film = {
  ...FILM,
  imdbId: null,
  year: null,
  directors: [],
  cast: [],
  genres: [],
  rating: null,
  poster: null,
  originalTitle: null,
  runtime: null,
  ageRating: null,
  language: null,
  moods: [],
  keywords: [],
  plot: '',
};

const ask = (film: Film, message: string, people: string[] = []) =>
  answer(film, { ...understand(message), people });

it.each([
  ['who directed it?', /directed by Steven Spielberg/],
  ['who is in it?', /Roy Scheider and Robert Shaw/],
  ['when did it come out?', /1975/],
  ['what genre is it?', /adventure and thriller/],
  ['how is it rated?', /8\.1 out of 10/],
  ['what is it about?', /police chief/],
  ['what is the mood?', /suspenseful and scary/],
  ['imdb link?', /https:\/\/www\.imdb\.com\/title\/tt0073195\//],
  ['can I see the poster?', /https:\/\/example\.org\/jaws\.jpg/],
  ['is it based on a book?', /based on a novel/],
  ['is it scary?', /^Yes.*scary/],
  ['is it a thriller?', /^Yes.*thriller/],
  ['is it a comedy?', /^Not that I can tell.*adventure/],
  ['is it for kids?', /no age rating.*careful/],
  ['is there a blackboard?', /scratches a blackboard/],
  ['who composed the score for it?', /do not know/],
  ['who was the barber on set?', /does not tell/],
])('%s', (message, pattern) => expect(ask(FILM, message)).toMatch(pattern));

it.each([
  ['how long is it?', /124 minutes \(2 h 4 min\)/],
  ['what language is it in?', /French/],
  ['is it for kids?', /rated PG-13/],
  ['what is the original title?', /Les Dents de la mer/],
])('of an imported film: %s', (message, pattern) => {
  const details = {
    runtime: 124,
    language: 'French',
    ageRating: 'PG-13',
    originalTitle: 'Les Dents de la mer',
  };
  expect(ask({ ...FILM, ...details }, message)).toMatch(pattern);
});

it('distinguishes people in the film from others', () => {
  expect(ask(FILM, 'is Robert Shaw in it?', ['Robert Shaw'])).toMatch(/^Yes, Robert Shaw is in/);
  expect(ask(FILM, 'did Spielberg direct it?', ['Steven Spielberg'])).toMatch(
    /^Yes, Steven Spielberg directed/,
  );
  expect(ask(FILM, 'is Meg Ryan in it?', ['Meg Ryan'])).toMatch(/do not see Meg Ryan/);
});

it.each([
  'who directed it?',
  'who is in it?',
  'when did it come out?',
  'what genre is it?',
  'how is it rated?',
  'what is it about?',
  'what is the mood?',
  'imdb link?',
  'poster?',
  'is it based on a true story?',
  'what themes does it have?',
])('%s, and the record is empty', (message) =>
  expect(ask(BARE, message)).toMatch(/do not know .* for \*\*Jaws\*\*/),
);

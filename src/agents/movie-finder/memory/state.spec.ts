import type { Film } from '../../../catalogue/film.js';
import {
  candidateSchema,
  candidatesOf,
  confirmedMovieOf,
  freshMemory,
  parseMemory,
  phaseOf,
  toState,
} from './state.js';

const FILM: Film = {
  id: 'jaws',
  imdbId: 'tt0073195',
  title: 'Jaws',
  year: 1975,
  directors: ['Steven Spielberg'],
  cast: ['Roy Scheider'],
  genres: ['Thriller'],
  rating: 8.1,
  poster: null,
  originalTitle: null,
  runtime: null,
  ageRating: null,
  language: null,
  moods: [],
  keywords: [],
  plot: 'A shark.',
};
const MATCH = { film: FILM, confidence: 0.9 };

it('comes back as it was stored', () => {
  const memory = {
    ...freshMemory(),
    phase: 'confirmation' as const,
    turn: 3,
    offered: [{ id: 'jaws', confidence: 0.9 }],
  };
  const state = toState(memory, [MATCH], null);
  expect(parseMemory(JSON.parse(JSON.stringify(state)))).toEqual(memory);
  expect(phaseOf(state)).toBe('confirmation');
  expect(candidatesOf(state)).toEqual([
    {
      rag_title: 'Jaws',
      rag_year: 1975,
      rag_director: 'Steven Spielberg',
      rag_genre: ['Thriller'],
      rag_cast: ['Roy Scheider'],
      rag_plot: 'A shark.',
      imdb_id: 'tt0073195',
      imdb_title: 'Jaws',
      imdb_year: 1975,
      imdb_rating: 8.1,
      imdb_plot: 'A shark.',
      imdb_genres: ['Thriller'],
      imdb_directors: ['Steven Spielberg'],
      imdb_stars: ['Roy Scheider'],
      imdb_poster_url: null,
      confidence: 0.9,
    },
  ]);
});

it('shows candidates only while they are on offer, and the film only once it is settled', () => {
  const settled = toState({ ...freshMemory(), phase: 'qa' }, [MATCH], MATCH);
  expect(candidatesOf(settled)).toEqual([]);
  expect(confirmedMovieOf(settled)?.rag_title).toBe('Jaws');
  const discovery = toState(freshMemory(), [MATCH], MATCH);
  expect([candidatesOf(discovery), confirmedMovieOf(discovery)]).toEqual([[], null]);
});

it('has no IMDb data for a film without an IMDb id', () => {
  const state = toState({ ...freshMemory(), phase: 'qa' }, [], {
    film: { ...FILM, imdbId: null },
    confidence: 1,
  });
  const movie = confirmedMovieOf(state);
  const imdb = Object.entries(movie ?? {}).filter(([key]) => key.startsWith('imdb_'));
  expect(
    imdb
      .map(([, value]) => value)
      .every((value) => value === null || (Array.isArray(value) && value.length === 0)),
  ).toBe(true);
  expect(imdb).toHaveLength(9);
});

it.each([
  [{}],
  [{ memory: null }],
  [{ memory: { phase: 'credits' } }],
  [{ memory: [], phase: 3, candidates: {}, confirmed_movie: 'Jaws' }],
  [{ phase: '__proto__', candidates: [{ rag_title: 'Jaws' }] }],
])('reads %j as a fresh discovery', (state) => {
  expect(parseMemory(state)).toEqual(freshMemory());
  expect([phaseOf(state), candidatesOf(state), confirmedMovieOf(state)]).toEqual(['discovery', [], null]);
});

it('keeps no more than 100 films turned down', () => {
  const rejected = Array.from({ length: 150 }, (_, index) => `film-${index}`);
  const { rejected: stored } = parseMemory(toState({ ...freshMemory(), rejected }, [], null));
  expect(stored).toEqual(rejected.slice(-100));
});

it('documents a candidate by an example that is one', () => {
  expect(candidateSchema.safeParse(candidateSchema.meta()?.example).success).toBe(true);
});

import {
  accepts,
  countOf,
  describe as inWords,
  isEmpty,
  merge,
  NO_CRITERIA,
  shorten,
  toQuery,
} from './criteria.js';
import type { Film } from '../../../catalogue/film.js';
import { nextSlot } from '../replies/questions.js';

const FILM: Film = {
  id: 'jaws',
  imdbId: null,
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
  moods: ['scary'],
  keywords: ['shark attack'],
  plot: 'A police chief hunts a shark.',
};
const some = (criteria: Partial<typeof NO_CRITERIA>) => ({ ...NO_CRITERIA, ...criteria });

describe('merge', () => {
  it.each([
    [
      'adds up',
      some({ genres: ['Comedy'] }),
      some({ era: { from: 1980 } }),
      { genres: ['Comedy'], era: { from: 1980 } },
    ],
    [
      'takes the later years',
      some({ era: { to: 1950 } }),
      some({ era: { from: 1980 } }),
      { era: { from: 1980 } },
    ],
    ['takes the later person', some({ people: ['A'] }), some({ people: ['B'] }), { people: ['B'] }],
    [
      'drops what is not wanted now',
      some({ genres: ['War'] }),
      some({ withoutGenres: ['War'] }),
      { genres: [], withoutGenres: ['War'] },
    ],
    [
      'wants what was not wanted before',
      some({ withoutGenres: ['War'] }),
      some({ genres: ['War'] }),
      { genres: ['War'], withoutGenres: [] },
    ],
    [
      'keeps descriptions apart',
      some({ about: ['a ship'] }),
      some({ about: ['an iceberg'] }),
      { about: ['a ship', 'an iceberg'] },
    ],
    [
      'drops what is said again',
      some({ about: ['a robot'] }),
      some({ about: ['a sad robot'] }),
      { about: ['a sad robot'] },
    ],
  ])('%s', (_, before, now, after) => expect(merge(before, now)).toEqual(some(after)));

  it('keeps no more than can be stored', () => {
    let criteria = NO_CRITERIA;
    for (let turn = 0; turn < 50; turn++)
      criteria = merge(
        criteria,
        some({ about: [`scene${turn}`], without: [`thing${turn}`], genres: [`G${turn}`] }),
      );
    expect([criteria.about.length, criteria.without.length, criteria.genres.length]).toEqual([4, 10, 4]);
  });
});

it('counts criteria, but not exclusions', () => {
  expect(countOf(some({ genres: ['War'], withoutGenres: ['Comedy'] }))).toBe(1);
  expect(countOf(some({ people: ['A'] }))).toBe(2);
  expect(isEmpty(some({ without: ['sharks'] }))).toBe(false);
  expect(isEmpty(NO_CRITERIA)).toBe(true);
});

it.each([
  [some({ withoutMoods: ['scary'] }), false],
  [some({ notEra: { from: 1970, to: 1979 } }), false],
  [some({ people: ['Steven Spielberg', 'Roy Scheider'] }), true],
  [some({ people: ['Steven Spielberg', 'Meg Ryan'] }), false],
  [some({ withoutPeople: ['Roy Scheider'] }), false],
  [some({ without: ['sharks'] }), false],
  [some({ without: ['dinosaurs'] }), true],
])('%j accepts Jaws: %s', (criteria, accepted) => expect(accepts(criteria, FILM)).toBe(accepted));

it('asks the catalogue only for criteria that it can search', () => {
  const criteria = some({
    genres: ['War'],
    era: { from: 1990 },
    people: ['A', 'B'],
    moods: ['sad'],
    about: ['a ship'],
  });
  expect(toQuery(criteria, null, ['x'], 5)).toEqual({
    text: 'a ship',
    genres: ['War'],
    fromYear: 1990,
    person: 'A',
    exceptIds: ['x'],
    limit: 5,
  });
  expect(toQuery(criteria, FILM, [], 5)).toMatchObject({
    text: 'a ship. sad',
    like: FILM,
    exceptIds: ['jaws'],
  });
});

it('puts criteria into words', () => {
  const criteria = some({
    moods: ['sad'],
    genres: ['War'],
    era: { to: 1969 },
    people: ['A'],
    withoutMoods: ['violent'],
  });
  expect(inWords(criteria)).toBe('sad, war, 1969 or earlier, with A, not violent');
});

it('shortens at a word', () => {
  expect(shorten('a weatherman relives a day', 15)).toBe('a weatherman…');
  expect(shorten('short', 15)).toBe('short');
  expect(shorten('😀'.repeat(50), 15).isWellFormed()).toBe(true);
});

describe('nextSlot', () => {
  it.each([
    [NO_CRITERIA, [], 'open'],
    [NO_CRITERIA, ['open'], 'genre'],
    [some({ genres: ['War'] }), [], 'era'],
    [some({ era: { from: 1980 } }), [], 'genre'],
    [some({ genres: ['War'], era: { from: 1980 } }), ['era'], 'mood'],
    [some({ genres: ['War'], era: { from: 1980 }, moods: ['sad'] }), ['scene'], 'open'],
  ] as const)('%#: %s', (criteria, asked, slot) => expect(nextSlot(criteria, asked)).toBe(slot));

  it('never asks the same twice in a row', () => {
    const asked: ReturnType<typeof nextSlot>[] = [];
    for (let turn = 0; turn < 12; turn++) asked.push(nextSlot(NO_CRITERIA, asked));
    expect(asked.some((slot, index) => slot === asked[index - 1])).toBe(false);
  });
});

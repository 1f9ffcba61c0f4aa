import { readRatings, type RatingLimits } from './ratings.js';
import { fold } from './words.js';

const NONE = { minRating: null, maxRating: null, ageRating: null };
const CASES: [text: string, limits: Partial<RatingLimits>, rest: string][] = [
  ['films rated above 8.5', { minRating: 8.6 }, 'films'],
  ['comedies with a rating over 8', { minRating: 8.1 }, 'comedies'],
  ['rated at least 9', { minRating: 9 }, ''],
  ['horror movies rated 8+', { minRating: 8 }, 'horror movies'],
  ['a western with a score of 7,5 or higher', { minRating: 7.5 }, 'a western'],
  ['at least 8 out of 10 on IMDb', { minRating: 8 }, ''],
  ['rated between 7 and 8', { minRating: 7, maxRating: 8 }, ''],
  ['something rated below 7', { maxRating: 6.9 }, 'something'],
  ['a highly rated thriller', { minRating: 8 }, 'a thriller'],
  ['a film rated PG-13', { ageRating: 'pg 13' }, 'a film'],
  ['an R rated comedy', { ageRating: 'r' }, 'comedy'],
  ['a comedy of at most 90 minutes', {}, 'a comedy of at most 90 minutes'],
  ['over 8 people die', {}, 'over 8 people die'],
  ['which film is rated higher', {}, 'which film is rated higher'],
];

it.each(CASES)('%s', (text, limits, left) => {
  const { rest, ...read } = readRatings(fold(text));
  expect(read).toEqual({ ...NONE, ...limits });
  expect(rest).toBe(left);
});

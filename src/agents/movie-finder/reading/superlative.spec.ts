import { readCounting } from './counting.js';
import { readSuperlative } from './superlative.js';
import { fold } from './words.js';

it.each([
  ['the oldest western', 'oldest'],
  ['which Hitchcock film is the newest?', 'newest'],
  ['the longest film you have', 'longest'],
  ['that is the worst film I have ever seen, something else', null],
  ['who is the oldest actor in the film?', null],
  ['the longest scene in the film', null],
  ['is it his latest film?', null],
  ['not the latest films please', null],
])('the order in “%s” is %s', (message, order) => expect(readSuperlative(fold(message)).order).toBe(order));

it.each([
  ['how many films do you have?', 'catalogue'],
  ['how many good horror movies are there?', 'catalogue'],
  ['how many of them are westerns?', 'offer'],
  ['how many characters are in the film?', null],
  ['how many kids are in the movies?', null],
  ['how many stars does the movie have?', null],
])('“%s” counts: %s', (message, counted) => expect(readCounting(fold(message)).counted).toBe(counted));

import { readCounting } from './counting.js';
import { readSuperlative } from './superlative.js';
import { fold } from './words.js';

it.each([
  ['how many films do you have?', 'catalogue'],
  ['How many horror films from the 80s are there?', 'catalogue'],
  ['how many by Hitchcock do you have?', 'catalogue'],
  ['how many do you have by Hitchcock?', 'catalogue'],
  ['how many of them are comedies?', 'offer'],
  ['how big is your catalogue?', 'catalogue'],
  ['how many films are in the series?', null],
  ['how many minutes is it?', null],
  ['how many oscars did it win?', null],
])('%s counts: %s', (text, counted) => {
  expect(readCounting(fold(text)).counted).toBe(counted);
});

it.each([
  ['what is the oldest film you have?', 'oldest', 'what is the film you have ?'],
  ['which Hitchcock film is the newest?', 'newest', 'which hitchcock film ?'],
  ['the longest western', 'longest', 'the western'],
  ['the worst film', 'worst', 'the film'],
  ['the worst rated comedy', 'worst', 'the comedy'],
  ['the first film by Kubrick', 'oldest', 'the film by kubrick'],
  ['the last film', null, 'the last film'],
  ['the oldest man in a village', null, 'the oldest man in a village'],
])('%s is sorted: %s', (text, order, rest) => expect(readSuperlative(fold(text))).toEqual({ order, rest }));

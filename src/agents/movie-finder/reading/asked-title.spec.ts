import { readAskedTitle } from './asked-title.js';

it.each([
  ['Birdman (2014)', 'Birdman', 2014, true],
  ['movie: bird man', 'bird man', null, true],
  ['tell me about Tenet', 'Tenet', null, true],
  ['tell me about tenet', 'tenet', null, false],
  ['"The Room"', 'The Room', null, true],
  ['who directed It?', 'It', null, true],
  ['Have you seen Us?', 'Us', null, true],
  ['is 1917 any good?', '1917', null, true],
  ['what is No Country for Old Men about?', 'No Country for Old Men', null, true],
  ['Dune 1984', 'Dune', 1984, true],
  ['Dune from 1984', 'Dune', 1984, true],
  ['comedy 1984', 'comedy', 1984, false],
  ['Blade Runner 2049', 'Blade Runner 2049', null, true],
  ['Uncut Gems', 'Uncut Gems', null, true],
  ['something like Up', 'Up', null, true],
])('%s', (message, title, year, isCertain) =>
  expect(readAskedTitle(message)).toEqual({ title, year, isCertain }),
);

it.each([
  ['the older Dune', 'Dune', 'oldest'],
  ['The newer Dune movie', 'Dune', 'newest'],
  ['who directed the original version of Solaris?', 'Solaris', 'oldest'],
])('%s is one of several', (message, title, age) =>
  expect(readAskedTitle(message)).toEqual({ title, year: null, isCertain: true, age }),
);

it.each([
  'the older one',
  'the older brother of a soldier',
  'do you know a film with a shark?',
  'what is it about the second one that you like, and who made it, and where was it filmed?',
  'have you got anything funny?',
  'tell me about the plot',
  'a shark hunts people',
  'what about something else',
  'a girl reads "Moby Dick" on a boat while the sharks circle around her family',
])('%s names none', (message) => expect(readAskedTitle(message)).toBeNull());

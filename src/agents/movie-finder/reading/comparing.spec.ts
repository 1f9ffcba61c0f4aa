import { readComparing } from './comparing.js';
import { fold } from './words.js';

const CASES: [message: string, order: string | null, titles: string[]][] = [
  ['Which is older, Alien or Jaws?', 'oldest', ['Alien', 'Jaws']],
  ['which is older alien or jaws', 'oldest', ['alien', 'jaws']],
  ['Which one is longer, Titanic or Gladiator?', 'longest', ['Titanic', 'Gladiator']],
  ['Which film is rated higher, Heat or Up?', 'best', ['Heat', 'Up']],
  ['Which is better: Heat or Up?', 'best', ['Heat', 'Up']],
  ['What came out first, Jaws or Alien?', 'oldest', ['Jaws', 'Alien']],
  ['Alien or Jaws, which is newer?', 'newest', ['Alien', 'Jaws']],
  ['Is Alien or Jaws older?', 'oldest', ['Alien', 'Jaws']],
  ['Is Vertigo newer than Psycho?', 'newest', ['Vertigo', 'Psycho']],
  ['Did Alien come out before Jaws?', 'oldest', ['Alien', 'Jaws']],
  ['Is it longer than Jaws?', 'longest', ['it', 'Jaws']],
  ['rated higher than Jaws?', 'best', ['it', 'Jaws']],
  ['Which of these is the oldest?', 'oldest', []],
  ['which one is rated highest?', 'best', []],
  ['is there anything newer than Alien?', null, []],
  ['is it longer than two hours?', null, []],
  ['is it better than the book?', null, []],
  ['was Jaws made before or after Star Wars?', 'oldest', ['Jaws', 'Star Wars']],
  ['is it rated higher than 7?', null, []],
  ['is it older than me?', null, []],
  ['was it made before the war?', null, []],
  ['was it made before I was born?', null, []],
  ['is it longer than usual?', null, []],
  ['which is better for a date night, comedy or drama?', null, []],
  [`which is older, ${'a or '.repeat(7)}b`, null, []],
  ['who directed Alien?', null, []],
];

it.each(CASES)('%s', (message, order, titles) =>
  expect(readComparing(fold(message), message)).toEqual(order && { order, titles }),
);

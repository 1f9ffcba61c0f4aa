import { readLimits, type Limits } from './limits.js';
import { fold } from './words.js';

const CASES: [text: string, limits: Partial<Limits>][] = [
  ['a comedy shorter than two hours', { maxMinutes: 120, rest: 'a comedy' }],
  ['a drama under 90 minutes', { maxMinutes: 90, rest: 'a drama' }],
  ['less than 1 and a half hours please', { maxMinutes: 90 }],
  ['a film under 2.5 hours', { maxMinutes: 150 }],
  ['a film in Japanese but not animated', { language: 'Japanese' }],
  ['longer than 3 hours', { minMinutes: 180, rest: '' }],
  ['a horror film that is not American', { withoutLanguage: 'English', rest: 'a horror film' }],
  ['a thriller, but nothing from Hollywood', { withoutLanguage: 'English' }],
  ['a French comedy', { language: 'French', rest: 'comedy' }],
  ['korean horror', { language: 'Korean', rest: 'horror' }],
  ['a foreign film', { withoutLanguage: 'English' }],
  ['an American film', { rest: 'an american film' }],
  ['a french waitress helps people', { rest: 'a french waitress helps people' }],
  ['over the hills with two men', { rest: 'over the hills with two men' }],
];

it.each(CASES)('%s', (text, limits) => {
  const none = { maxMinutes: null, minMinutes: null, language: null, withoutLanguage: null };
  const { rest, ...read } = readLimits(fold(text));
  const { rest: left, ...wanted } = limits;
  expect(read).toEqual({ ...none, ...wanted });
  if (left !== undefined) expect(rest).toBe(left);
});
